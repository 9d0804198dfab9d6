import { noDns } from '../../shared/adapters/system/no-dns.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { messageJudge } from '../../shared/usecases/retention/judge-message.ts';
import { PolicyBook } from '../../shared/usecases/retention/policy-book.ts';
import { createIndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { cloudAudit } from '../cloud/cloud-audit.ts';
import { cloudEvents } from '../cloud/cloud-events.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudReading } from '../cloud/cloud-reading.ts';
import { cloudSecrets } from '../cloud/cloud-secrets.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { withheldObjects } from '../cloud/withheld.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const own = processPorts();
const objects = cloudObjects(environment);
const archive = objects.archive();
const tables = cloudTables(environment);
const reading = cloudReading();
const ports = {
  ...own,
  archive,
  intake: withheldObjects('intake'),
  derived: objects.derived(),
  tables,
  audit: cloudAudit({ archive, tables }),
  log: new ObjectLog({ archive, ...own }),
  queue: cloudQueue(environment, ['purges', 'index', 'jobs']),
  events: cloudEvents(environment),
  secrets: cloudSecrets(environment, ['deletion-proof']),
  dns: noDns,
  reader: reading.reader,
};
const journalDomain = environment.text(VARIABLES.journalDomain);
const configuration = createConfigurationContext(ports, { journalDomain });

export const handler = createHandler({
  ports,
  directory: bookDirectory(configuration),
  policies: new PolicyBook(ports),
  ...messageJudge(createIndexContext({ ...ports, ...reading }, configuration)),
  archive: journalDomain,
});
