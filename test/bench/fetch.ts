/**
 * npm run bench:fetch -- PATH [--json] [--messages N] [--folders N]
 *
 * Archives a mailbox of N messages made of the mail under PATH from a Dovecot on loopback, then runs the profile again
 * with nothing new, then has mbsync copy the same mailbox to a Maildir. Needs Debian's dovecot-imapd and isync.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { openStores } from '../../infra/local/stores.ts';
import { startWorkers } from '../../infra/local/workers.ts';
import type { Job } from '../../shared/domain/job.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import { createConfigurationContext } from '../../shared/usecases/mailboxes/configuration-context.ts';
import { createMailbox } from '../../shared/usecases/mailboxes/create-mailbox.ts';
import { getJob } from '../../shared/usecases/maintenance/jobs.ts';
import { createProfile } from '../../shared/usecases/profiles/change-profiles.ts';
import { startProfileJob } from '../../shared/usecases/profiles/start-profile-job.ts';
import { PASSWORD, startDovecot } from '../servers/dovecot.ts';
import { quietLogs } from './bench-organisation.ts';

// As infra/local/start.mjs.
process.env.UV_THREADPOOL_SIZE ??= '8';
setFlagsFromString('--semi-space-growth-factor=1');

const JOURNAL_DOMAIN = 'journal.localhost';
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, messages: { type: 'string' }, folders: { type: 'string' } },
});
const [path] = positionals;
if (path === undefined) throw new Error('usage: npm run bench:fetch -- PATH [--json] [--messages N] [--folders N]');
const wanted = Number(values.messages ?? 20_000);
const folders = Number(values.folders ?? 300);

const dovecot = await startDovecot();
try {
  const bytes = await fillMailbox(path);
  // What a server has done for its other clients long before: its caches are not what is measured.
  await dovecot.doveadm('index', '-u', 'bench', '*');
  const fetched = await fetchFigures();
  const result = { messages: wanted, folders, bytes, ...fetched, mbsync: await mbsyncFigures() };
  console.log(JSON.stringify(result, null, values.json ? 0 : 2));
} finally {
  await dovecot.stop();
}

/** In a process of its own: what it leaves in memory is not of the fetch. Answers the bytes. */
async function fillMailbox(from: string): Promise<number> {
  const script = join(import.meta.dirname, 'fill-mailbox.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[script, from, dovecot.mailOf('bench')],
    ...[String(wanted), String(folders)],
  ]);
  return Number(stdout);
}

async function fetchFigures() {
  const dataDir = await mkdtemp(join(process.env.LETTERLOCK_BENCH_DIR ?? tmpdir(), 'letterlock-bench-'));
  const { ports, queue, close } = await openStores(dataDir, quietLogs);
  const configuration = createConfigurationContext(ports, { journalDomain: JOURNAL_DOMAIN });
  const directory = bookDirectory(configuration);
  const filing = { ports, directory, journalDomain: JOURNAL_DOMAIN, singleInstanceBytes: SINGLE_INSTANCE_BYTES };
  startWorkers(ports, queue, filing);
  const { mailboxId } = await createMailbox(configuration, { name: 'Bench', primaryAddress: 'bench@example.org' });
  const { profileId } = await createProfile(ports, ports, {
    name: 'bench',
    server: {
      protocol: 'imap',
      host: '127.0.0.1',
      port: dovecot.imapPort,
      security: 'plain',
      acceptAllCertificates: false,
      timeoutSeconds: 60,
    },
    credentials: { method: 'password', userName: 'bench', password: PASSWORD },
    folders: { include: [], exclude: [], shared: false },
    filter: { unread: true },
    target: { mailboxId },
    compareEveryDays: 7,
  });
  const rssBeforeBytes = process.memoryUsage.rss();
  let peakRssBytes = 0;
  const watch = setInterval(() => {
    peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
  }, 100);
  const run = async () => {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const { jobId } = await startProfileJob(ports, { profileId });
    let job: Job;
    do {
      await new Promise((resolve) => setTimeout(resolve, 20));
      job = (await getJob(ports, jobId)).data;
    } while (job.state !== 'finished');
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - started) / 1000;
    return { job, seconds, cpuSeconds: (user + system) / 1e6 };
  };
  const first = await run();
  const second = await run();
  clearInterval(watch);
  await queue.close();
  await close();
  await rm(dataDir, { recursive: true });
  return {
    outcome: first.job.outcome,
    counts: first.job.counts,
    seconds: round(first.seconds),
    cpuSeconds: round(first.cpuSeconds),
    messagesPerSecond: Math.round(wanted / first.seconds),
    rssBeforeMegabytes: Math.round(rssBeforeBytes / 1e6),
    peakRssMegabytes: Math.round(peakRssBytes / 1e6),
    nothingNew: { seconds: round(second.seconds), seen: second.job.counts.seen },
  };
}

async function mbsyncFigures() {
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-mbsync-'));
  await mkdir(join(directory, 'mail'));
  const configuration = join(directory, 'mbsyncrc');
  await writeFile(
    configuration,
    `IMAPStore far
Host 127.0.0.1
Port ${dovecot.imapPort}
User bench
Pass ${PASSWORD}
SSLType None
AuthMechs PLAIN

MaildirStore near
Path ${directory}/mail/
Inbox ${directory}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState *
`,
  );
  const started = performance.now();
  try {
    await promisify(execFile)('mbsync', ['-c', configuration, '-a', '-q'], { maxBuffer: 1 << 26 });
  } catch (error) {
    const reason = error instanceof Error && 'stderr' in error ? String(error.stderr).slice(0, 200) : 'unknown';
    return { failed: reason };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds: round(seconds), messagesPerSecond: Math.round(wanted / seconds) };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
