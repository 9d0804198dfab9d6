import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { type RunningSystem, removeData, startSystem } from './running-system.ts';

const MEGABYTES = 140;
/** Whole lines of 78 bytes. */
const MEGABYTE_OF_LINES = 13_000 * 78;

let running: RunningSystem;

beforeAll(async () => {
  running = await startSystem();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

/** Sends a message of about so many MB without ever holding it; answers its SHA-256 and the most heap used meanwhile. */
async function stream(address: string): Promise<{ readonly hash: string; readonly heapBytes: number }> {
  const socket = connect(running.system.smtpPort, '127.0.0.1');
  const answers: string[] = [];
  socket.on('data', (chunk) => answers.push(chunk.toString()));
  const answered = (text: string) =>
    until(text, async () => answers.join(''), { isWanted: (all) => all.includes(text) });
  await answered('220');
  socket.write(`EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<${address}>\r\nDATA\r\n`);
  await answered('354');
  const hash = createHash('sha256');
  const write = async (chunk: Buffer) => {
    hash.update(chunk);
    if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
  };
  const before = process.memoryUsage().heapUsed;
  let heapBytes = 0;
  await write(Buffer.from('From: a@b.test\r\nSubject: large\r\n\r\n'));
  for (let megabyte = 0; megabyte < MEGABYTES; megabyte += 1) {
    // Buffers: texts would lie in the heap that is measured.
    await write(Buffer.alloc(MEGABYTE_OF_LINES, `${String(megabyte).padStart(76, 'x')}\r\n`));
    heapBytes = Math.max(heapBytes, process.memoryUsage().heapUsed - before);
  }
  socket.write('.\r\nQUIT\r\n');
  await answered('221');
  expect(answers.join('')).toContain('250 2.6.0');
  return { hash: hash.digest('hex'), heapBytes };
}

describe('a message of 140 MB', () => {
  test('streams in without being held in the heap, and comes back byte for byte through a temporary URL', async () => {
    const { address, mailboxId } = await running.api.endpoint();
    const { hash, heapBytes } = await stream(address);
    expect(heapBytes).toBeLessThan((MEGABYTES / 2) * 1_000_000);
    const [row] = await running.api.messages(mailboxId, 1);
    const first = await running.api.fetch(`/messages/${row.archiveId}/raw`, { redirect: 'manual' });
    expect(first.status).toBe(303);
    const location = new URL(first.headers.get('location') ?? '', running.api.origin);
    const body = await fetch(location);
    const digest = createHash('sha256');
    for await (const chunk of body.body ?? []) digest.update(chunk);
    expect(digest.digest('hex')).toBe(hash);
    const forged = new URL(location);
    forged.searchParams.set('type', 'text/html');
    expect((await fetch(forged)).status).toBe(403);
  });
});
