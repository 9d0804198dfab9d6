import { noDns } from '../../shared/adapters/system/no-dns.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { inProcessReader } from '../../shared/usecases/in-process-reader.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { createConfigurationContext } from '../../shared/usecases/mailboxes/configuration-context.ts';
import { cloudAudit } from '../cloud/cloud-audit.ts';
import { cloudEvents } from '../cloud/cloud-events.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { withheldObjects, withheldSecrets } from '../cloud/withheld.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const own = processPorts();
const objects = cloudObjects(environment);
const archive = objects.archive();
const tables = cloudTables(environment);
const ports = {
  ...own,
  archive,
  intake: objects.intake(),
  derived: withheldObjects('derived'),
  tables,
  audit: cloudAudit({ archive, tables }),
  log: new ObjectLog({ archive, ...own }),
  queue: cloudQueue(environment, ['arrivals', 'jobs', 'signatures']),
  events: cloudEvents(environment),
  secrets: withheldSecrets,
  dns: noDns,
  reader: inProcessReader,
};
const journalDomain = environment.text(VARIABLES.journalDomain);

export const handler = createHandler(ports, bookDirectory(createConfigurationContext(ports, { journalDomain })));
