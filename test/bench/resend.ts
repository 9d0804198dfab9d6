/**
 * npm run bench:resend -- PATH [--messages N]
 *
 * Sends the messages under PATH, then all of them again as another server would have passed them on, with other
 * transport fields, and prints what is stored after each.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStores } from '../../infra/local/stores.ts';
import { startWorkers } from '../../infra/local/workers.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import { benchDirectory, quietLogs } from './bench-organisation.ts';
import { fill, storedBytes } from './fill.ts';
import { mailFiles } from './mail-files.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { messages: { type: 'string' } } });
const [path] = positionals;
if (path === undefined) throw new Error('usage: npm run bench:resend -- PATH [--messages N]');
const wanted = Number(values.messages ?? Number.POSITIVE_INFINITY);

const dataDir = await mkdtemp(join(process.env.LETTERLOCK_BENCH_DIR ?? tmpdir(), 'letterlock-bench-'));
const { ports, queue, close } = await openStores(dataDir, quietLogs);
const { directory, facts } = await benchDirectory(ports, []);
const rules = { journalDomain: 'journal.localhost', singleInstanceBytes: SINGLE_INSTANCE_BYTES };
startWorkers(ports, queue, { ports, directory, ...rules });

let bytes = 0;
let messages = 0;
await fill(ports, queue, facts, mail(), (raw) => {
  bytes += raw.length;
  messages += 1;
});
await queue.drain();
const once = await storedBytes(ports);
await fill(ports, queue, facts, passedOn());
await queue.drain();
const twice = await storedBytes(ports);
await queue.close();
await close();
if (!process.env.LETTERLOCK_BENCH_KEEP) await rm(dataDir, { recursive: true });
const ratio = Number((twice / once).toFixed(3));
console.log(JSON.stringify({ messages, bytes, storedOnce: once, storedTwice: twice, ratio }, null, 2));

async function* mail(): AsyncIterable<Buffer> {
  let given = 0;
  for await (const raw of mailFiles(path ?? '')) {
    if (given++ >= wanted) return;
    yield raw;
  }
}

async function* passedOn(): AsyncIterable<Buffer> {
  let number = 0;
  for await (const raw of mail()) {
    number += 1;
    const id = (number * 2_654_435_761).toString(36).toUpperCase();
    const received =
      `Received: from mx${number % 7}.example.net (mx${number % 7}.example.net [192.0.2.${number % 250}])\r\n` +
      `\tby archive.example.org (Postfix) with ESMTPS id ${id}\r\n\tfor <journal@example.org>; ` +
      `${new Date(Date.UTC(2026, 10, 21) + number * 1_000).toUTCString()}\r\nX-MS-Exchange-Organization-SCL: ${number % 9}\r\n`;
    yield Buffer.concat([Buffer.from(received, 'latin1'), raw]);
  }
}
