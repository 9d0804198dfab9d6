import { cloudEvents } from '../cloud/cloud-events.ts';
import { cloudMailer } from '../cloud/cloud-mailer.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const ports = {
  ...processPorts(),
  tables: cloudTables(environment),
  events: cloudEvents(environment),
  mailer: cloudMailer(environment),
};

export const handler = createHandler(ports, { fallback: [environment.text(VARIABLES.alarmAddress)] });
