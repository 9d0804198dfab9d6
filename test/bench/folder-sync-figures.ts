/**
 * node test/bench/folder-sync-figures.ts file DATA_DIR MESSAGES node test/bench/folder-sync-figures.ts sync DATA_DIR
 * IMAP_PORT
 *
 * `file` archives each file below a directory as journaled mail for one mailbox. `sync` then synchronises the folders
 * of that mailbox with those of `BENCH_ACCOUNT` at the Dovecot at a port of loopback, twice, and prints
 * `FolderSyncFigures` as JSON. A process of its own: memory and processor time are those of the local system that
 * synchronises.
 */
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import type { Job } from '../../shared/domain/job.ts';

export const BENCH_ACCOUNT = 'bench';

export interface FolderSyncFigures {
  readonly first: SyncFigures;
  readonly nothingNew: SyncFigures;
  /** Resident when the first run begins, and the most that was resident until the last had ended. */
  readonly megabytesBefore: number;
  readonly megabytesMost: number;
}

interface SyncFigures {
  readonly outcome: Job['outcome'];
  readonly details: Job['details'];
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const ADDRESS = 'bench@example.org';
const JOURNAL_DOMAIN = 'journal.localhost';
const LOOK_MS = 20;

const [what, dataDir, where] = process.argv.slice(2);
if (import.meta.main && what !== undefined && dataDir !== undefined && where !== undefined) {
  // As infra/local/start.mjs, and before anything that would start threads is loaded.
  process.env.UV_THREADPOOL_SIZE ??= '8';
  setFlagsFromString('--semi-space-growth-factor=1');
  const figures = what === 'file' ? await fileAll(dataDir, where) : await figuresOf(dataDir, Number(where));
  console.log(JSON.stringify(figures));
}

async function openArchive(directory: string) {
  const { openStores } = await import('../../infra/local/stores.ts');
  const { startWorkers } = await import('../../infra/local/workers.ts');
  const { bookDirectory } = await import('../../shared/usecases/filing/book-directory.ts');
  const { SINGLE_INSTANCE_BYTES } = await import('../../shared/usecases/filing/store-attachments.ts');
  const { createConfigurationContext } = await import('../../shared/usecases/configuration-context.ts');
  const { quietLogs } = await import('./bench-organisation.ts');
  const { ports, queue, close } = await openStores(directory, quietLogs);
  const configuration = createConfigurationContext(ports, { journalDomain: JOURNAL_DOMAIN });
  const filing = {
    ports,
    directory: bookDirectory(configuration),
    journalDomain: JOURNAL_DOMAIN,
    singleInstanceBytes: SINGLE_INSTANCE_BYTES,
  };
  startWorkers(ports, queue, filing);
  return { ports, queue, configuration, close };
}

async function fileAll(directory: string, messages: string): Promise<{ readonly filed: number }> {
  const { createEndpoint } = await import('../../shared/usecases/endpoints/create-endpoint.ts');
  const { createMailbox } = await import('../../shared/usecases/mailboxes/create-mailbox.ts');
  const { fill } = await import('./fill.ts');
  const { mailFiles } = await import('./mail-files.ts');
  const { ports, queue, configuration, close } = await openArchive(directory);
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'bench' });
  await createMailbox(configuration, { name: 'Bench', primaryAddress: ADDRESS });
  const facts = () => ({
    receivedAt: ports.clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: [endpointId] } as const,
    envelope: { mailFrom: 'journal@bench.example', rcptTo: [`${localPart}@${JOURNAL_DOMAIN}`, ADDRESS] },
  });
  let filed = 0;
  await fill(ports, queue, facts, asSent(mailFiles(messages)), () => {
    filed += 1;
  });
  await queue.drain();
  await queue.close();
  await close();
  return { filed };
}

/** With the line ends that mail has on its way (RFC 5321, 2.3.8), as IMAP gives it. */
async function* asSent(messages: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const raw of messages) yield Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

async function figuresOf(directory: string, port: number): Promise<FolderSyncFigures> {
  const { getJob } = await import('../../shared/usecases/jobs/jobs.ts');
  const { listMailboxes } = await import('../../shared/usecases/mailboxes/find-mailboxes.ts');
  const { createFolderSyncProfile } = await import('../../shared/usecases/profiles/change-profiles.ts');
  const { startProfileJob } = await import('../../shared/usecases/profiles/start-profile-job.ts');
  const { PASSWORD } = await import('../servers/dovecot.ts');
  const { ports, queue, close } = await openArchive(directory);
  const mailboxes = await listMailboxes(ports, { limit: 200 });
  const mailboxId = mailboxes.items.find(({ primaryAddress }) => primaryAddress === ADDRESS)?.mailboxId ?? '';
  const profile = await createFolderSyncProfile(ports, ports, {
    name: 'bench',
    server: {
      protocol: 'imap',
      host: '127.0.0.1',
      port,
      security: 'plain',
      acceptAllCertificates: false,
      timeoutSeconds: 60,
    },
    credentials: { method: 'password', userName: BENCH_ACCOUNT, password: PASSWORD },
    folders: { include: [], exclude: [], shared: false },
    target: { mailboxId },
    mirrorTrash: false,
    conflicts: 'live',
    archiveMissing: false,
    removeEmptyFolders: false,
    compareEveryDays: 7,
  });
  const run = async (): Promise<SyncFigures> => {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const { jobId } = await startProfileJob(ports, profile);
    let { data: job } = await getJob(ports, jobId);
    while (job.state !== 'finished') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      job = (await getJob(ports, jobId)).data;
    }
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - started) / 1000;
    return { outcome: job.outcome, details: job.details, seconds, cpuSeconds: (user + system) / 1e6 };
  };
  const megabytesBefore = await megabytes('VmRSS');
  const first = await run();
  const nothingNew = await run();
  const megabytesMost = await megabytes('VmHWM');
  await queue.close();
  await close();
  return { first, nothingNew, megabytesBefore, megabytesMost };
}

/** Of proc_pid_status(5): VmRSS is what is resident, VmHWM the most that ever was. */
async function megabytes(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'latin1');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Math.round((Number(kibibytes) * 1024) / 1e6);
}
