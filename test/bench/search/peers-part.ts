import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSearchThreads } from '../../../infra/local/search-threads.ts';
import { LOCAL_STORES } from '../../../infra/local/store-settings.ts';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { mailFiles } from '../mail-files.ts';
import { documentsOf } from './documents.ts';
import { oneMailbox } from './filled-index.ts';
import { type IndexFigures, indexPart } from './index-part.ts';
import { latencies, rounded, searched, unitsOf } from './measure.ts';
import { queriesFor } from './queries.ts';

/** None of them belongs to the project. */
const [NOTMUCH, MU, INSTALLER] = ['notmuch', 'mu', 'apt-get'] as const;
const SAMPLE = 3_000;
const QUERIES = 10;

/** One line of the table. */
interface Row {
  readonly program: string;
  readonly indexSeconds: number;
  readonly messagesPerSecond: number;
  readonly indexMegabytes: number;
  /** Starting the program to do nothing, which is in the times below. */
  readonly start: number;
  /**
   * Counting what matches, and the first 50 of it: p50 in milliseconds. A program is started for each, but for ours,
   * which runs.
   */
  readonly count: number;
  readonly first50: number;
}

/**
 * The same messages indexed and searched by us, notmuch and mu, in one table. A program that cannot be had is left out,
 * with a line that says so.
 */
export async function peersPart(path: string, directory: string): Promise<{ readonly rows: readonly Row[] }> {
  const maildir = join(directory, 'maildir');
  const messages = await asMaildir(path, maildir);
  const words = wordQueries(await documentsOf(path, SAMPLE));
  const rows = [await ours(path, directory, words)];
  if (isThere(NOTMUCH)) rows.push(notmuch(directory, maildir, messages, words));
  if (isThere(MU, 'maildir-utils')) rows.push(mu(directory, maildir, messages, words));
  console.table(rows);
  return { rows };
}

async function ours(path: string, directory: string, words: readonly string[]): Promise<Row> {
  const index: IndexFigures = await indexPart(path, directory, { amplification: false });
  const filled = await oneMailbox(path, directory, index.messages);
  const threads = createSearchThreads(filled.dataDir, LOCAL_STORES);
  const units = unitsOf(filled.mailboxIds);
  const times: number[] = [];
  for (const round of [0, 1]) {
    for (const q of words) {
      const { ms } = await searched(threads.workers, units, q, 'newest');
      if (round > 0) times.push(ms);
    }
  }
  await threads.close();
  const { p50 } = latencies(times);
  return {
    program: 'letterlock',
    indexSeconds: index.seconds,
    messagesPerSecond: index.messagesPerSecond,
    indexMegabytes: rounded((index.indexBytes + index.keptTextBytes) / 1e6),
    start: 0,
    count: p50,
    first50: p50,
  };
}

function notmuch(directory: string, maildir: string, messages: number, words: readonly string[]): Row {
  const config = join(directory, 'notmuch-config');
  const database = join(maildir, '.notmuch');
  rmSync(database, { recursive: true, force: true });
  writeFileSync(
    config,
    `[database]\npath=${maildir}\n[user]\nname=b\nprimary_email=b@example.org\n[new]\ntags=\n[search]\n`,
  );
  const env = { ...process.env, NOTMUCH_CONFIG: config };
  const run = (...args: string[]) => milliseconds(() => execFileSync(NOTMUCH, args, { env, stdio: 'ignore' }));
  const seconds = run('new', '--quiet') / 1_000;
  return {
    program: NOTMUCH,
    ...indexed(seconds, messages, sizeOf(database)),
    start: latencies(words.map(() => run('--version'))).p50,
    count: latencies(words.map((word) => run('count', word))).p50,
    first50: latencies(words.map((word) => run('search', '--limit=50', word))).p50,
  };
}

function mu(directory: string, maildir: string, messages: number, words: readonly string[]): Row {
  const home = join(directory, 'mu');
  rmSync(home, { recursive: true, force: true });
  const run = (...args: string[]) =>
    // `mu find` ends with 2 (or 4, by version) where nothing is found.
    milliseconds(() => void spawnSync(MU, [...args, `--muhome=${home}`], { stdio: 'ignore' }));
  run('init', `--maildir=${maildir}`);
  const seconds = run('index', '--quiet') / 1_000;
  return {
    program: MU,
    ...indexed(seconds, messages, sizeOf(home)),
    start: latencies(words.map(() => run('--version'))).p50,
    count: latencies(words.map((word) => run('find', '--fields=i', word))).p50,
    first50: latencies(words.map((word) => run('find', '--maxnum=50', '--sortfield=date', '--reverse', word))).p50,
  };
}

function indexed(seconds: number, messages: number, bytes: number) {
  return {
    indexSeconds: rounded(seconds),
    messagesPerSecond: Math.round(messages / seconds),
    indexMegabytes: rounded(bytes / 1e6),
  };
}

/** Plain words: what all three languages take. */
function wordQueries(documents: Parameters<typeof queriesFor>[0]): readonly string[] {
  const kinds = queriesFor(documents).filter(({ name }) => name === 'rare' || name === 'common');
  return kinds.flatMap(({ queries }) => queries.slice(0, QUERIES));
}

async function asMaildir(path: string, maildir: string): Promise<number> {
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, part), { recursive: true });
  let count = 0;
  for await (const raw of mailFiles(path)) {
    if (!readOriginal(raw)) continue;
    count += 1;
    writeFileSync(join(maildir, 'cur', `${count}.bench:2,S`), raw);
  }
  return count;
}

/** Installs the package where that may be done. */
function isThere(program: string, debianPackage = program): boolean {
  const has = () => spawnSync('which', [program]).status === 0;
  if (!has() && process.getuid?.() === 0) {
    spawnSync(INSTALLER, ['install', '-y', '-q', debianPackage], { stdio: 'ignore' });
  }
  if (has()) return true;
  console.error(`${program} is left out: the package ${debianPackage} could not be had`);
  return false;
}

function milliseconds(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function sizeOf(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
