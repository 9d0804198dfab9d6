import { cloudEvents } from '../cloud/cloud-events.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { createHandler } from './handler.ts';

/** As the schedule of the service stack says. */
const INTERVAL_MS = 60 * 60_000;

const environment = new Environment();
const ports = { ...processPorts(), tables: cloudTables(environment), events: cloudEvents(environment) };

export const handler = createHandler(ports, { intervalMs: INTERVAL_MS });
