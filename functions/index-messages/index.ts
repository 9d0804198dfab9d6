import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { createIndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { cloudEvents } from '../cloud/cloud-events.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudReading } from '../cloud/cloud-reading.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { withheldLog } from '../cloud/withheld.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const objects = cloudObjects(environment);
const ports = {
  ...processPorts(),
  ...cloudReading(),
  archive: objects.archiveToRead(),
  derived: objects.derived(),
  tables: cloudTables(environment),
  log: withheldLog,
  queue: cloudQueue(environment, ['index', 'jobs']),
  events: cloudEvents(environment),
};
const journalDomain = environment.text(VARIABLES.journalDomain);

export const handler = createHandler(createIndexContext(ports, createConfigurationContext(ports, { journalDomain })));
