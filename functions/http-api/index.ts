import { noDns } from '../../shared/adapters/system/no-dns.ts';
import { createOpenSource } from '../../shared/sources/open-source.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import { createIdentityContext } from '../../shared/usecases/identity/identity-context.ts';
import { inProcessReader } from '../../shared/usecases/in-process-reader.ts';
import { ObjectLog } from '../../shared/usecases/log/object-log.ts';
import { mailboxHasFilings } from '../../shared/usecases/reading/has-filings.ts';
import { messageJudge } from '../../shared/usecases/retention/judge-message.ts';
import { PolicyBook } from '../../shared/usecases/retention/policy-book.ts';
import { liveFilings } from '../../shared/usecases/search/find/live-filings.ts';
import { createMailSearch } from '../../shared/usecases/search/find/mail-search.ts';
import { repairIndex } from '../../shared/usecases/search/find/repair-index.ts';
import { createIndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { indexLag } from '../../shared/usecases/search/index/index-lag.ts';
import { UnitReader } from '../../shared/usecases/search/read/unit-reader.ts';
import { cloudAudit } from '../cloud/cloud-audit.ts';
import { cloudEvents } from '../cloud/cloud-events.ts';
import { cloudLockMode } from '../cloud/cloud-locks.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { cloudQueue } from '../cloud/cloud-queue.ts';
import { cloudSearchWorkers } from '../cloud/cloud-search.ts';
import { cloudSecrets } from '../cloud/cloud-secrets.ts';
import { cloudTables } from '../cloud/cloud-tables.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { plainExtractor, withheldObjects } from '../cloud/withheld.ts';
import { createArchiveHolds } from './archive-holds.ts';
import { createArchiveReading } from './archive-reading.ts';
import { createArchiveRequests } from './archive-requests.ts';
import { createHandler } from './handler.ts';
import { processMetrics } from './process-metrics.ts';

/** What SES takes, header fields included. */
const SES_MAX_BYTES = 40_000_000;

const environment = new Environment();
const own = processPorts();
const objects = cloudObjects(environment);
const archive = objects.archive();
const tables = cloudTables(environment);
const ports = {
  ...own,
  archive,
  intake: withheldObjects('intake'),
  derived: objects.derived(),
  tables,
  audit: cloudAudit({ archive, tables }),
  log: new ObjectLog({ archive, ...own }),
  queue: cloudQueue(environment, ['jobs', 'fetches', 'signatures', 'index', 'purges', 'holds']),
  events: cloudEvents(environment),
  secrets: cloudSecrets(environment, ['session-signing', 'otp-sealing', 'credential-sealing']),
  dns: noDns,
  reader: inProcessReader,
};
const journalDomain = environment.text(VARIABLES.journalDomain);
const configuration = createConfigurationContext(ports, { journalDomain });
const objectLock = cloudLockMode(environment);
const filing = {
  ports,
  directory: bookDirectory(configuration),
  journalDomain,
  singleInstanceBytes: SINGLE_INSTANCE_BYTES,
  ...(objectLock ? { locks: { policies: new PolicyBook(ports) } } : {}),
};

const reader = new UnitReader(ports);
const workers = cloudSearchWorkers(environment, { reader, now: () => performance.now() });
const judging = createIndexContext({ ...ports, extractor: plainExtractor }, configuration);

export const handler = createHandler(ports, {
  basePath: '/api/v1',
  rawPath: 'decoded',
  version: environment.text(VARIABLES.version),
  limits: { smtp: { maxBytes: SES_MAX_BYTES } },
  ...(objectLock ? { objectLock } : {}),
  metrics: async () => processMetrics(await indexLag(ports)),
  configuration,
  identity: createIdentityContext(ports, { configuration }),
  reading: createArchiveReading(ports, filing, messageJudge(judging), configuration.deletion),
  search: createMailSearch({
    ports,
    configuration,
    reader,
    workers,
    filingsOf: (archiveId) => liveFilings(ports, archiveId),
    repair: (failed) => repairIndex(ports, failed),
  }),
  holds: createArchiveHolds(ports, { ...judging, workers, reader, addresses: configuration.addresses }),
  requests: createArchiveRequests(ports, configuration),
  mailboxHasFilings,
  // On AWS a function's own machine has the interface of its runtime.
  openSource: createOpenSource({ ...own, loopbackHttp: false }),
});
