/**
 * npm run bench:folder-sync -- PATH [--json] [--messages N] [--folders N]
 *
 * Fills a mailbox of a Dovecot on loopback with N messages made of the mail under PATH, in so many folders, and archives
 * the very same messages as journaled mail, which lies in the inbox of the archive then. Then, in a process of its own,
 * synchronises the folders for the first time, and once more with nothing new. Needs Debian's dovecot-imapd.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startDovecot } from '../servers/dovecot.ts';
import { BENCH_ACCOUNT, type FolderSyncFigures } from './folder-sync-figures.ts';

const MAX_OUTPUT_BYTES = 1 << 20;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    messages: { type: 'string', default: '20000' },
    folders: { type: 'string', default: '40' },
  },
});
const [path] = positionals;
if (path === undefined) {
  throw new Error('usage: npm run bench:folder-sync -- PATH [--json] [--messages N] [--folders N]');
}
const run = promisify(execFile);
const directory = await mkdtemp(join(process.env.LETTERLOCK_BENCH_DIR ?? tmpdir(), 'letterlock-folder-sync-'));
const dovecot = await startDovecot();
try {
  const maildir = dovecot.mailOf(BENCH_ACCOUNT);
  const bytes = Number(await output('fill-mailbox.ts', path, maildir, values.messages, values.folders));
  const files = join(directory, 'messages');
  await run('cp', ['--archive', maildir, files]);
  // What a server has done for its other clients long before: its caches are not what is measured.
  await dovecot.doveadm('index', '-u', BENCH_ACCOUNT, '*');
  const dataDir = join(directory, 'data');
  await output('folder-sync-figures.ts', 'file', dataDir, files);
  const figures: FolderSyncFigures = JSON.parse(
    await output('folder-sync-figures.ts', 'sync', dataDir, String(dovecot.imapPort)),
  );
  const { first, nothingNew, megabytesBefore, megabytesMost } = figures;
  const result = {
    messages: Number(values.messages),
    folders: Number(values.folders),
    bytes,
    firstSeconds: rounded(first.seconds),
    firstCpuSeconds: rounded(first.cpuSeconds),
    nothingNewSeconds: rounded(nothingNew.seconds),
    bytesFetchedPercent: rounded((100 * (first.details?.bytesFetched ?? 0)) / bytes),
    megabytesBefore,
    megabytesMost,
    ...first.details,
  };
  if (values.json) console.log(JSON.stringify({ ...result, outcomes: [first.outcome, nothingNew.outcome] }));
  else console.table(result);
  if (first.outcome !== 'succeeded' || nothingNew.outcome !== 'succeeded') process.exitCode = 1;
} finally {
  await dovecot.stop();
  await rm(directory, { recursive: true, force: true });
}

/** What a script beside this one prints. */
async function output(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...process.execArgv, join(import.meta.dirname, script), ...args], {
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { ...process.env, LETTERLOCK_BENCH_DIR: directory },
  });
  return stdout;
}

function rounded(number: number): number {
  return Number(number.toPrecision(3));
}
