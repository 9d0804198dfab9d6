import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();

export const handler = createHandler({
  ...processPorts(),
  tables: cloudTables(environment),
  queue: cloudQueue(environment, ['fetches']),
});
