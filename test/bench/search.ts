/**
 * npm run bench:search -- PATH [--json] [--only index,warm,cold,many,peers] [--messages N] [--mailboxes N] [--each N]
 *
 * Indexes and searches the mail under PATH (a folder of files, or an mbox): how fast it is indexed and how large the
 * index is; how long searches take in a mailbox of N messages (200,000, the mail again and again with fresh dates and
 * words), warm and cold, and over many mailboxes; and the same messages in notmuch and mu. Each part runs in a
 * process of its own, so that its memory is its own; what is made for it stays below LETTERLOCK_BENCH_DIR with
 * LETTERLOCK_BENCH_KEEP set, for the next run.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { coldPart } from './search/cold-part.ts';
import { manyMailboxes, oneMailbox } from './search/filled-index.ts';
import { indexPart } from './search/index-part.ts';
import { manyPart } from './search/many-part.ts';
import { peersPart } from './search/peers-part.ts';
import { warmPart } from './search/warm-part.ts';

// As infra/local/start.mjs.
process.env.UV_THREADPOOL_SIZE ??= '8';

const PARTS = ['index', 'warm', 'cold', 'many', 'peers'];
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    only: { type: 'string', default: PARTS.join(',') },
    messages: { type: 'string', default: '200000' },
    mailboxes: { type: 'string', default: '1000' },
    each: { type: 'string', default: '1000' },
    directory: { type: 'string' },
  },
});
const [path] = positionals;
const parts = values.only.split(',');
const unknown = parts.find((part) => !PARTS.includes(part) && !part.startsWith('fill-'));
if (path === undefined || unknown !== undefined) {
  throw new Error(`usage: npm run bench:search -- PATH [--json] [--only ${PARTS.join(',')}] [--messages N]`);
}

const [only = ''] = parts;
if (values.directory !== undefined && parts.length === 1) {
  console.log(JSON.stringify(await part(only, path, values.directory)));
} else {
  const directory = benchDirectory();
  // What fills an index takes memory that a search does not.
  if (parts.includes('warm') || parts.includes('cold')) inOwnProcess('fill-one', path, directory);
  if (parts.includes('many')) inOwnProcess('fill-many', path, directory);
  const results = Object.fromEntries(parts.map((name) => [name, inOwnProcess(name, path, directory)]));
  if (!process.env.LETTERLOCK_BENCH_KEEP) rmSync(directory, { recursive: true });
  console.log(JSON.stringify(results, null, values.json ? 0 : 2));
}

async function part(name: string, from: string, directory: string): Promise<object> {
  const messages = Number(values.messages);
  const shape = { mailboxes: Number(values.mailboxes), each: Number(values.each) };
  if (name === 'fill-one') return await oneMailbox(from, directory, messages);
  if (name === 'fill-many') return await manyMailboxes(from, directory, shape);
  if (name === 'index') return await indexPart(from, directory);
  if (name === 'warm') return await warmPart(from, directory, messages);
  if (name === 'cold') return await coldPart(from, directory, messages);
  if (name === 'peers') return await peersPart(from, directory);
  return await manyPart(from, directory, shape);
}

function benchDirectory(): string {
  const root = process.env.LETTERLOCK_BENCH_DIR ?? tmpdir();
  if (!process.env.LETTERLOCK_BENCH_KEEP) return mkdtempSync(join(root, 'letterlock-bench-search-'));
  const kept = join(root, 'letterlock-bench-search');
  mkdirSync(kept, { recursive: true });
  return kept;
}

function inOwnProcess(name: string, from: string, directory: string): unknown {
  const { messages, mailboxes, each } = values;
  const sizes = ['--messages', messages, '--mailboxes', mailboxes, '--each', each];
  const args = [fileURLToPath(import.meta.url), from, '--only', name, '--directory', directory, ...sizes];
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = stdout.toString().trimEnd().split('\n');
  if (status !== 0) throw new Error(`the part ${name} ended with ${status}`);
  for (const line of lines.slice(0, -1)) console.error(line);
  return JSON.parse(lines.at(-1) ?? 'null');
}
