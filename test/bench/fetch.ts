/**
 * npm run bench:fetch -- PATH [--json] [--messages N] [--folders N] [--rounds N]
 *
 * Fills a mailbox of a Dovecot on loopback with N messages made of the mail under PATH. Then, in each round, one after
 * the other and each in a process of its own: takes the very same messages in as `npm run bench:ingest` does, fetches
 * the mailbox, runs the profile again with nothing new, has mbsync copy the mailbox to a Maildir. Figures are medians
 * of the rounds, memory is the most of them. Needs Debian's dovecot-imapd and isync.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startDovecot } from '../servers/dovecot.ts';
import { BENCH_ACCOUNT, type FetchFigures } from './fetch-figures.ts';
import { mbsyncSeconds } from './mbsync-seconds.ts';

/** What `bench:ingest` does beside ingesting is not wanted here. */
const INGEST_ONLY = ['--json', '--parser', '1'];
const MAX_OUTPUT_BYTES = 1 << 20;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    messages: { type: 'string', default: '20000' },
    folders: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '1' },
  },
});
const [path] = positionals;
if (path === undefined) {
  throw new Error('usage: npm run bench:fetch -- PATH [--json] [--messages N] [--folders N] [--rounds N]');
}
const messages = Number(values.messages);
const run = promisify(execFile);
const directory = await mkdtemp(join(process.env.LETTERLOCK_BENCH_DIR ?? tmpdir(), 'letterlock-fetch-'));
const dovecot = await startDovecot();
try {
  const maildir = dovecot.mailOf(BENCH_ACCOUNT);
  const bytes = Number(await output('fill-mailbox.ts', path, maildir, values.messages, values.folders));
  // The same files under other names, before Dovecot puts its own beside them.
  const files = join(directory, 'messages');
  await run('cp', ['--archive', maildir, files]);
  // What a server has done for its other clients long before: its caches are not what is measured.
  await dovecot.doveadm('index', '-u', BENCH_ACCOUNT, '*');
  // As if the local system had been started before: its code is compiled once for all starts.
  await output('fetch-figures.ts', directory);
  const rounds: Awaited<ReturnType<typeof round>>[] = [];
  for (let count = 0; count < Number(values.rounds); count += 1) rounds.push(await round(files));
  const result = { messages, folders: Number(values.folders), bytes, ...figures(rounds) };
  if (values.json) console.log(JSON.stringify({ ...result, rounds }));
  else console.table(result);
} finally {
  await dovecot.stop();
  await rm(directory, { recursive: true, force: true });
}

/** Those of `bench:ingest` that are compared. */
interface IngestFigures {
  readonly messages: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function round(files: string) {
  const ingest: IngestFigures = JSON.parse(await output('ingest.ts', files, ...INGEST_ONLY));
  const fetch: FetchFigures = JSON.parse(await output('fetch-figures.ts', directory, String(dovecot.imapPort)));
  if (fetch.outcome !== 'succeeded' || fetch.counts.seen !== messages) {
    throw new Error(`fetched ${fetch.counts.seen} of ${messages}: ${fetch.outcome}`);
  }
  if (ingest.messages !== messages) throw new Error(`took in ${ingest.messages} of ${messages}`);
  const { seconds, cpuSeconds } = ingest;
  return { ingest: { seconds, cpuSeconds }, fetch, mbsyncSeconds: await mbsyncSeconds(dovecot.imapPort, directory) };
}

function figures(rounds: readonly Awaited<ReturnType<typeof round>>[]) {
  const median = (of: (one: Awaited<ReturnType<typeof round>>) => number) => rounded(medianOf(rounds.map(of)));
  const most = (of: (one: FetchFigures) => number) => Math.max(...rounds.map(({ fetch }) => of(fetch)));
  return {
    ingestMessagesPerSecond: median(({ ingest }) => messages / ingest.seconds),
    fetchMessagesPerSecond: median(({ fetch }) => messages / fetch.seconds),
    fetchOfIngestPercent: median(({ ingest, fetch }) => (100 * ingest.seconds) / fetch.seconds),
    ingestCpuSeconds: median(({ ingest }) => ingest.cpuSeconds),
    fetchCpuSeconds: median(({ fetch }) => fetch.cpuSeconds),
    nothingNewSeconds: median(({ fetch }) => fetch.nothingNewSeconds),
    mbsyncMessagesPerSecond: median(({ mbsyncSeconds: seconds }) => messages / seconds),
    megabytesBefore: most((fetch) => fetch.megabytesBefore),
    megabytesMost: most((fetch) => fetch.megabytesMost),
    megabytesMostVerifying: most((fetch) => fetch.megabytesMostVerifying),
  };
}

/** What a script beside this one prints. */
async function output(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...process.execArgv, join(import.meta.dirname, script), ...args], {
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { ...process.env, LETTERLOCK_BENCH_DIR: directory, NODE_COMPILE_CACHE: join(directory, 'compiled') },
  });
  return stdout;
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below = 0, above = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? above : (below + above) / 2;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
