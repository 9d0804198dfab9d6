import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createArchiveHolds } from '../../functions/http-api/archive-holds.ts';
import { createArchiveReading } from '../../functions/http-api/archive-reading.ts';
import { createArchiveRequests } from '../../functions/http-api/archive-requests.ts';
import { createHandler as createHttpApi } from '../../functions/http-api/handler.ts';
import { verifyTemporaryUrl } from '../../shared/adapters/file/temporary-url.ts';
import { createHashProcess, type HashProcess } from '../../shared/adapters/processes/hashing.ts';
import { createOutboxMailer } from '../../shared/adapters/smtp/outbox-mailer.ts';
import { createSmtpMailer } from '../../shared/adapters/smtp/smtp-mailer.ts';
import { createTlsSyslog } from '../../shared/adapters/syslog/tls-syslog.ts';
import { noDns } from '../../shared/adapters/system/no-dns.ts';
import { createSystemDns } from '../../shared/adapters/system/system-dns.ts';
import { lockWarning } from '../../shared/domain/retention/lock-mode.ts';
import type { AuditReceiver } from '../../shared/ports/audit-receiver.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { Mailer } from '../../shared/ports/mailer.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { createOpenSource } from '../../shared/sources/open-source.ts';
import { listLeftBatches } from '../../shared/usecases/audit/restore-audit-index.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { askForKey } from '../../shared/usecases/deletion/signing-key.ts';
import { acceptArrival } from '../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import { createIdentityContext } from '../../shared/usecases/identity/identity-context.ts';
import { PASSWORD_COST } from '../../shared/usecases/identity/password-hash.ts';
import { resumeJobs } from '../../shared/usecases/jobs/jobs.ts';
import { sweep } from '../../shared/usecases/maintenance/sweep.ts';
import { mailboxHasFilings } from '../../shared/usecases/reading/has-filings.ts';
import { messageJudge } from '../../shared/usecases/retention/judge-message.ts';
import { PolicyBook } from '../../shared/usecases/retention/policy-book.ts';
import { liveFilings } from '../../shared/usecases/search/find/live-filings.ts';
import { createMailSearch } from '../../shared/usecases/search/find/mail-search.ts';
import { repairIndex } from '../../shared/usecases/search/find/repair-index.ts';
import { indexLag } from '../../shared/usecases/search/index/index-lag.ts';
import { isIndexMissing } from '../../shared/usecases/search/index/index-missing.ts';
import { reportLostManifests } from '../../shared/usecases/search/index/lost-manifests.ts';
import { reindexOtherTokenisers } from '../../shared/usecases/search/index/other-tokeniser.ts';
import { startReindex } from '../../shared/usecases/search/index/start-reindex.ts';
import { UnitReader } from '../../shared/usecases/search/read/unit-reader.ts';
import { prepareTables } from './first-start.ts';
import { startHttpServer } from './http-server.ts';
import { openIndexing } from './indexing.ts';
import { localContext } from './local-context.ts';
import { metricsText } from './metrics.ts';
import { startSchedules } from './schedules.ts';
import { createSearchThreads } from './search-threads.ts';
import type { LocalSettings } from './settings.ts';
import { clientAuthorities } from './smtp/client-certificates.ts';
import { listenSmtp } from './smtp/smtp-listener.ts';
import { DERIVED_BUCKET, openReader, openStores } from './stores.ts';
import { loadTls } from './tls.ts';
import { startWorkers } from './workers.ts';

export interface LocalSystem {
  readonly httpPort: number;
  readonly smtpPort: number;
  /** Set at the first start where no password was given. */
  readonly generatedPassword: string | undefined;
  /** Takes nothing more, ends what is under way, and closes the stores. */
  stop(): Promise<void>;
}

/**
 * Starts everything on one machine: the stores below the data directory, the functions on an in-process
 * queue, and SMTP and HTTP in front. Resolves once all listeners accept. `hashing` makes the hashes of passwords, and is
 * closed with the system. Throws where a port is taken, the directory cannot be used or another process has it.
 */
export async function startLocalSystem(
  settings: LocalSettings,
  logs: LogSink,
  hashing: HashProcess = createHashProcess(),
): Promise<LocalSystem> {
  const { journalDomain, singleInstanceBytes, objectLock } = settings;
  const warning = lockWarning(objectLock);
  if (warning !== undefined) logs.warn(warning);
  const dns = settings.dns === 'off' ? noDns : createSystemDns(settings.dns);
  const { ports, queue, close } = await openStores(settings.dataDir, logs, {
    dns,
    stores: settings.stores,
    objectLock,
  });
  // Tables in a file are this process's alone from the moment it has them open.
  const aloneSince = settings.stores.dynamoDb ? {} : { aloneSince: ports.clock.now() };
  const configuration = createConfigurationContext(ports, { journalDomain });
  const passwordCost = { ...PASSWORD_COST, derive: hashing.derive };
  const identity = createIdentityContext(ports, { configuration, passwordCost });
  const directory = bookDirectory(configuration);
  const generatedPassword = await prepareTables(ports, directory, identity, settings.adminPassword);
  const policies = new PolicyBook(ports);
  const locks = objectLock ? { locks: { policies } } : {};
  const filing: FilingContext = { ports, directory, journalDomain, singleInstanceBytes, policies, ...locks };
  await sweep(ports, ports.clock.now());
  await resumeJobs(ports);
  await askForKey(ports);
  if (await isIndexMissing(ports)) await startReindex(ports);
  else await reportLostManifests(ports);
  await reindexOtherTokenisers(ports);
  const searching = createSearchThreads(settings.dataDir, settings.stores);
  const indexing = openIndexing(ports, configuration, settings);
  // A bucket of somebody else's may lock nothing; where policies lock, it was tried out.
  const locksVersions = !settings.stores.s3 || objectLock !== undefined;
  const holds = locksVersions ? { holds: { addresses: configuration.addresses } } : {};
  const purging = {
    ports,
    directory,
    policies,
    ...messageJudge(indexing.context),
    archive: configuration.journalDomain,
  };
  startWorkers(ports, queue, filing, {
    index: indexing.context,
    search: searching.workers,
    purging,
    ...holds,
    ...locks,
    ...aloneSince,
  });
  await listLeftBatches(ports, ports.clock.now());

  const http = createHttpApi(ports, {
    basePath: '/api/v1',
    rawPath: 'encoded',
    version: await version(),
    secureCookies: settings.secureCookies,
    limits: { smtp: { maxBytes: settings.maxMessageBytes } },
    ...(objectLock ? { objectLock } : {}),
    metrics: async () => metricsText(queue, await indexLag(ports)),
    configuration,
    identity,
    reading: createArchiveReading(
      { ...ports, reader: openReader() },
      filing,
      messageJudge(indexing.context),
      configuration.deletion,
    ),
    search: createMailSearch({
      ports,
      configuration,
      workers: searching.workers,
      reader: new UnitReader(ports),
      filingsOf: (archiveId) => liveFilings(ports, archiveId),
      repair: (failed) => repairIndex(ports, failed),
    }),
    holds: createArchiveHolds(ports, {
      ...indexing.context,
      workers: searching.workers,
      reader: new UnitReader(ports),
      addresses: configuration.addresses,
    }),
    requests: createArchiveRequests(ports, configuration),
    mailboxHasFilings,
    openSource: createOpenSource({ clock: ports.clock, loopbackHttp: true }),
  });
  const httpServer = await startHttpServer({
    host: settings.host,
    port: settings.httpPort,
    handle: (event) => http(event, localContext()),
    exportsAccess: (url) => temporaryDownload(ports, url),
    logs,
  });
  const smtp = await listenSmtp({
    host: settings.host,
    port: settings.smtpPort,
    tls: await loadTls(settings.dataDir, settings),
    clientAuthorities: await clientAuthorities(settings.smtpClientCaFile),
    maxMessageBytes: settings.maxMessageBytes,
    journalDomain,
    find: (localPart) => directory.endpointAt(localPart),
    accept: (facts, raw) => acceptArrival(ports, facts, raw),
    queued: () => queue.depth('arrivals'),
    now: () => ports.clock.now(),
    logs,
  });
  const stopSchedules = startSchedules(
    { ...ports, mailer: mailer(settings, ports) },
    { auditReceiver: await auditReceiver(settings), extendsLocks: objectLock !== undefined },
  );
  return {
    httpPort: httpServer.port,
    smtpPort: smtp.port,
    generatedPassword,
    stop: async () => {
      await Promise.all([smtp.close(), httpServer.close()]);
      await stopSchedules();
      await queue.close();
      hashing.close();
      await Promise.all([searching.close(), indexing.close()]);
      await close();
    },
  };
}

async function auditReceiver({ auditSyslog }: LocalSettings): Promise<AuditReceiver | undefined> {
  if (!auditSyslog) return undefined;
  const { host, port, caFile } = auditSyslog;
  const ca = caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') };
  return createTlsSyslog({ host, port, hostName: hostname(), ...ca });
}

function mailer({ smtpRelay, dataDir, journalDomain }: LocalSettings, { clock, logs }: Ports): Mailer {
  const from = `letterlock@${journalDomain}`;
  if (smtpRelay) return createSmtpMailer({ relay: smtpRelay, from, logs });
  return createOutboxMailer({ directory: join(dataDir, 'outbox'), from, clock });
}

async function temporaryDownload(ports: Ports, url: string) {
  const access = verifyTemporaryUrl(url, await ports.secrets.get('url-signing'), ports.clock.now());
  const object = access?.bucket === DERIVED_BUCKET ? await ports.derived.get(access.key) : undefined;
  if (!access || !object) return undefined;
  const { contentType, fileName } = access;
  return { contentType, fileName, content: object.body, sizeBytes: object.sizeBytes };
}

async function version(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isNamed && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
