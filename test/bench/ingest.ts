/**
 * npm run bench:ingest -- PATH [--json] [--messages N] [--parser N]
 *
 * Runs the messages under PATH (a folder of files, or an mbox) through the pipeline exactly as an SMTP
 * arrival goes after DATA: synced intake write, queue, filing. With --messages more than there are, the
 * mail is taken again with other Message-IDs.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { zstdCompressSync } from 'node:zlib';
import { simpleParser } from 'mailparser';
import { openStores } from '../../infra/local/stores.ts';
import { startWorkers } from '../../infra/local/workers.ts';
import { readOriginal } from '../../shared/mail/read-original.ts';
import { encodeArrival } from '../../shared/mail/stored-arrival.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import { awsCostPerMillion } from './aws-prices.ts';
import { benchDirectory, quietLogs } from './bench-organisation.ts';
import { CallCounter, countedPorts } from './counted-ports.ts';
import { fill, storedBytes } from './fill.ts';
import { mailFiles } from './mail-files.ts';

// As infra/local/start.mjs.
process.env.UV_THREADPOOL_SIZE ??= '8';
setFlagsFromString('--semi-space-growth-factor=1');
/** Messages per window of the figure for growth. */
const WINDOW = 5_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, messages: { type: 'string' }, parser: { type: 'string' } },
});
const [path] = positionals;
if (path === undefined) throw new Error('usage: npm run bench:ingest -- PATH [--json] [--messages N] [--parser N]');
const wanted = values.messages === undefined ? Number.POSITIVE_INFINITY : Number(values.messages);

// Ingest first: what the others leave in memory is not its own.
const ingest = await ingestFigures(path);
const alone = await aloneFigures(path, values.parser === undefined ? 3_000 : Number(values.parser));
const result = { ...ingest, ...alone };
console.log(JSON.stringify(result, null, values.json ? 0 : 2));

async function* messages(from: string): AsyncIterable<Buffer> {
  let given = 0;
  for (let round = 0; given < wanted; round += 1) {
    for await (const raw of mailFiles(from)) {
      if (given >= wanted) return;
      given += 1;
      yield round === 0 ? raw : renamed(raw, round);
    }
    if (wanted === Number.POSITIVE_INFINITY) return;
  }
}

/** The same mail as another message. */
function renamed(raw: Buffer, round: number): Buffer {
  const end = raw
    .subarray(0, 16_384)
    .toString('latin1')
    .search(/\r?\n\r?\n/);
  const header = raw.toString('latin1', 0, Math.max(end, 0));
  const changed = header.replace(/^(message-id:\s*<)/im, `$1r${round}.`);
  const front = changed === header ? `X-Round: ${round}\r\n${header}` : changed;
  return Buffer.concat([Buffer.from(front, 'latin1'), raw.subarray(header.length)]);
}

async function ingestFigures(from: string) {
  const dataDir = await mkdtemp(join(process.env.LETTERLOCK_BENCH_DIR ?? tmpdir(), 'letterlock-bench-'));
  const { ports: bare, queue, close } = await openStores(dataDir, quietLogs);
  const counter = new CallCounter();
  const ports = countedPorts(bare, counter);
  const { directory, facts } = await benchDirectory(bare, await correspondents(from));
  const filing = { ports, directory, journalDomain: 'journal.localhost', singleInstanceBytes: SINGLE_INSTANCE_BYTES };
  startWorkers(ports, queue, filing);

  let count = 0;
  let bytes = 0;
  let peakRssBytes = 0;
  const windows: number[] = [];
  const started = performance.now();
  const cpu = process.cpuUsage();
  await fill(ports, queue, facts, messages(from), (raw) => {
    count += 1;
    bytes += raw.length;
    if (count % 100 === 0) peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss());
    if (count % WINDOW === 0) windows.push((performance.now() - started) / 1000);
  });
  const seconds = (performance.now() - started) / 1000;
  const cpuSeconds = cpuSecondsSince(cpu);

  const verifying = performance.now();
  await queue.drain();
  const verified = {
    seconds: round((performance.now() - verifying) / 1000),
    cpuSeconds: round(cpuSecondsSince(cpu) - cpuSeconds),
    rssBytes: process.memoryUsage.rss(),
  };
  const stored = await storedBytes(bare);
  await queue.close();
  await close();
  if (!process.env.LETTERLOCK_BENCH_KEEP) await rm(dataDir, { recursive: true });

  const calls = Object.fromEntries(
    [...counter.counts].map(([name, { calls: n, units }]) => [
      name,
      { perMessage: round(n / count), unitsPerMessage: round(units / count) },
    ]),
  );
  const stages = Object.fromEntries(Object.entries(calls).filter(([name]) => name.includes(':')));
  const spans = windows.map((end, index) => end - (windows[index - 1] ?? 0));
  return {
    messages: count,
    bytes,
    seconds: round(seconds),
    messagesPerSecond: Math.round(count / seconds),
    cpuSeconds: round(cpuSeconds),
    peakRssBytes,
    verifyingSignatures: verified,
    storedBytes: stored,
    windowSeconds: spans.map(round),
    growth: spans.length > 1 ? round((spans.at(-1) ?? 0) / (spans[0] ?? 1)) : undefined,
    calls: Object.fromEntries(Object.entries(calls).filter(([name]) => !name.includes(':'))),
    stages,
    awsUsdPerMillion: awsCostPerMillion(counter.counts, count, cpuSeconds),
  };
}

/** Addresses that get a mailbox of their own: a message then has about as many filings as in an organisation. */
async function correspondents(from: string): Promise<readonly string[]> {
  const addresses = new Set<string>();
  let looked = 0;
  for await (const raw of mailFiles(from)) {
    for (const { address } of readOriginal(raw)?.from ?? [])
      if (isAddress(address)) addresses.add(address.toLowerCase());
    looked += 1;
    if (looked >= 500 || addresses.size >= 50) break;
  }
  return [...addresses];
}

function isAddress(address: string): boolean {
  return /^[a-z0-9._-]{1,60}@[a-z0-9.-]{1,60}\.[a-z]{2,}$/i.test(address);
}

/** What the work costs without any storage: the floor, our own reading, and simpleParser, on the same messages. */
async function aloneFigures(from: string, parserMessages: number) {
  const some: Buffer[] = [];
  const reading = performance.now();
  for await (const raw of mailFiles(from)) {
    some.push(raw);
    if (some.length >= parserMessages) break;
  }
  const readSeconds = (performance.now() - reading) / 1000;
  const header = { format: 1, receivedAt: '', filedAt: '', source: { kind: 'journal', endpointIds: [] } } as const;
  const rest = {
    envelope: { mailFrom: '', rcptTo: [] },
    original: { offset: 0, sizeBytes: 0, contentHash: '' },
    filings: [],
  };
  const sha256 = await rate(some, (raw) => createHash('sha256').update(raw).digest('hex'));
  const zstd = await rate(some, (raw) => zstdCompressSync(raw));
  await rate(some.slice(0, 500), (raw) => readOriginal(raw));
  const inProcess = await rate(some, (raw) => {
    readOriginal(raw);
    return encodeArrival({ ...header, ...rest }, raw);
  });
  const parser = await rate(some, (raw) => simpleParser(raw));
  return {
    floor: { read: Math.round(some.length / readSeconds), sha256, zstd },
    inProcess: { messagesPerSecond: inProcess, timesSimpleParser: round(inProcess / parser) },
    simpleParser: { messages: some.length, messagesPerSecond: parser },
  };
}

function cpuSecondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

async function rate(some: readonly Buffer[], work: (raw: Buffer) => unknown): Promise<number> {
  const started = performance.now();
  for (const raw of some) await work(raw);
  return Math.round(some.length / ((performance.now() - started) / 1000));
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
