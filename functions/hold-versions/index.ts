import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { createIndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { UnitReader } from '../../shared/usecases/search/read/unit-reader.ts';
import { cloudAudit } from '../cloud/cloud-audit.ts';
import { cloudEvents } from '../cloud/cloud-events.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudReading } from '../cloud/cloud-reading.ts';
import { cloudSearchWorkers } from '../cloud/cloud-search.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { withheldLog } from '../cloud/withheld.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const own = processPorts();
const objects = cloudObjects(environment);
const archive = objects.archive();
const tables = cloudTables(environment);
const ports = {
  ...own,
  archive,
  derived: objects.derived(),
  tables,
  audit: cloudAudit({ archive, tables }),
  log: withheldLog,
  queue: cloudQueue(environment, ['holds']),
  events: cloudEvents(environment),
  ...cloudReading(),
};
const configuration = createConfigurationContext(ports, { journalDomain: environment.text(VARIABLES.journalDomain) });
const index = createIndexContext(ports, configuration);

export const handler = createHandler(ports, {
  index,
  workers: cloudSearchWorkers(environment, { reader: new UnitReader(ports), now: () => performance.now() }),
  reader: index.units,
  addresses: configuration.addresses,
});
