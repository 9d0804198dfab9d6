import type { Job } from '../../../../shared/domain/job.ts';
import type { FolderSyncProfile } from '../../../../shared/domain/profile.ts';
import { StorageError } from '../../../../shared/errors.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptFetched, fetchedFacts } from '../../../../shared/usecases/fetching/accept-fetched.ts';
import { acceptArrival } from '../../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import { runFolderSyncJob } from '../../../../shared/usecases/folder-sync/run-folder-sync-job.ts';
import { missingPartition } from '../../../../shared/usecases/folder-sync/sync-keys.ts';
import type { ListedMissing } from '../../../../shared/usecases/folder-sync/sync-memory.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { getJob, jobLog } from '../../../../shared/usecases/jobs/jobs.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import {
  createFolderSyncProfile,
  type FolderSyncSettings,
} from '../../../../shared/usecases/profiles/change-profiles.ts';
import { startProfileJob } from '../../../../shared/usecases/profiles/start-profile-job.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { MemoryServer } from '../fetching/memory-source.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const JOURNAL_DOMAIN = 'journal.example.org';
const MAX_SLICES = 600;

/** An archive in memory that mail to `anna@example.org` is journaled to, her live mailbox in memory, and a profile for both. */
export async function createSyncWorld(seed: string, change: Partial<FolderSyncSettings> = {}) {
  const ports = createMemoryPorts(seed);
  const server = new MemoryServer();
  const configuration = createConfigurationContext(ports, { journalDomain: JOURNAL_DOMAIN });
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'journal' });
  const { mailboxId } = await createMailbox(configuration, { name: 'Anna', primaryAddress: 'anna@example.org' });
  const profile: FolderSyncProfile = await createFolderSyncProfile(ports, ports, {
    name: 'anna',
    server: {
      protocol: 'imap',
      host: 'mail.example.org',
      port: 993,
      security: 'tls',
      acceptAllCertificates: false,
      timeoutSeconds: 60,
    },
    credentials: { method: 'password', userName: 'anna', password: 'secret' },
    folders: { include: [], exclude: [], shared: false },
    target: { mailboxId },
    mirrorTrash: false,
    conflicts: 'live',
    archiveMissing: false,
    removeEmptyFolders: false,
    compareEveryDays: 7,
    ...change,
  });
  const filingOn = (own: Ports) => ({
    ports: own,
    directory: bookDirectory(createConfigurationContext(own, { journalDomain: JOURNAL_DOMAIN })),
    journalDomain: JOURNAL_DOMAIN,
    singleInstanceBytes: 32_768,
  });

  /** Archives a message as journaled mail for the envelope recipients. */
  async function journal(raw: Buffer, recipients: readonly string[] = ['anna@example.org']): Promise<void> {
    const nudge = await acceptArrival(
      ports,
      {
        receivedAt: ports.clock.now().toISOString(),
        source: { kind: 'journal', endpointIds: [endpointId] },
        envelope: { mailFrom: 'sender@example.com', rcptTo: [`${localPart}@${JOURNAL_DOMAIN}`, ...recipients] },
      },
      raw,
    );
    await fileBatch(filingOn(ports), new ByteBudget(1 << 24), [nudge]);
  }

  /** Archives a message as one that was fetched from somebody's mailbox. */
  async function fetched(raw: Buffer, into: string): Promise<void> {
    const position = { profileId: 'pf', jobId: 'job', account: 'other', folder: 'INBOX', validity: '1', key: '1' };
    const marks = { flags: [], sizeBytes: raw.length };
    const from = { ...position, ...marks, target: { mailboxId: into, folder: 'Inbox' } };
    const { nudge } = await acceptFetched(ports, fetchedFacts(from, ports.clock.now().toISOString()), raw);
    await fileBatch(filingOn(ports), new ByteBudget(1 << 24), [nudge]);
  }

  /** Runs the profile, each slice on `portsOf(slice)`; a slice that throws is as one that was killed. */
  async function run({
    mayGoOn = () => true,
    portsOf = () => ports,
  }: {
    readonly mayGoOn?: () => boolean;
    readonly portsOf?: (slice: number) => Ports;
  } = {}): Promise<Job> {
    const { jobId } = await startProfileJob(ports, profile);
    for (let slice = 0; slice < MAX_SLICES; slice += 1) {
      const { data } = await getJob(ports, jobId);
      if (data.state === 'finished') return data;
      // As long as it takes until a run that was killed counts as dead.
      ports.clock.advance(60_000);
      const own = portsOf(slice);
      const context = { ports: own, filing: filingOn(own), budget: new ByteBudget(1 << 24), openSource: server.open };
      await runFolderSyncJob(context, jobId, mayGoOn).catch(() => undefined);
    }
    const log = (await jobLog(ports, jobId, { limit: 20 })).items.map(({ message }) => message);
    throw new Error(`the job does not end: ${log.join('; ')}`);
  }

  return {
    ports,
    server,
    configuration,
    mailboxId,
    profile,
    journal,
    fetched,
    run,
    /** `folder: subject` of all filings, sorted. */
    filed: async () => {
      const { items } = await listMessages(ports, { mailboxId, listShards: 1 }, { limit: 200 });
      return items.map(({ folder, subject }) => `${folder}: ${subject}`).toSorted();
    },
    /** What people are told to be missing. */
    missing: async (): Promise<readonly ListedMissing[]> => {
      const page = await ports.tables.query('activity', missingPartition(mailboxId), { limit: 200 });
      return page.items.map((item) => typed<ListedMissing>(item).data);
    },
  };
}

/** A message of its own for each subject; `fields` go in front. */
export function mail(
  subject: string,
  { fields = [], text = subject }: { fields?: readonly string[]; text?: string } = {},
) {
  const lines = [
    ...fields,
    `Message-ID: <${subject.replaceAll(' ', '-')}@example.com>`,
    'Date: Fri, 2 Jan 2026 03:04:05 +0000',
    'From: Sender <sender@example.com>',
    'To: anna@example.org',
    `Subject: ${subject}`,
  ];
  return Buffer.from([...lines, '', text, ''].join('\r\n'));
}

/** Ports of a process that dies at a write of its tables: nothing it does afterwards takes effect. */
export function dying(ports: Ports, writes: number): Ports {
  let left = writes;
  const write = <Arguments extends readonly unknown[], Answer>(call: (...args: Arguments) => Promise<Answer>) => {
    return async (...args: Arguments): Promise<Answer> => {
      if (left-- <= 0) throw new StorageError('the process is dead');
      return await call(...args);
    };
  };
  const { tables } = ports;
  const dead = {
    get: tables.get.bind(tables),
    query: tables.query.bind(tables),
    queryIndex: tables.queryIndex.bind(tables),
    scan: tables.scan.bind(tables),
    put: write(tables.put.bind(tables)),
    putIfAbsent: write(tables.putIfAbsent.bind(tables)),
    putIfVersion: write(tables.putIfVersion.bind(tables)),
    deleteIfVersion: write(tables.deleteIfVersion.bind(tables)),
    batchPut: write(tables.batchPut.bind(tables)),
  };
  return { ...ports, tables: dead };
}
