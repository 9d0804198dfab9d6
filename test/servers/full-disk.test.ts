import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sendExactly } from '../system/send-exactly.ts';
import { until } from '../until.ts';
import { Archive, type Endpoint } from './archive.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { trickyMail } from './programs.ts';

const DISK_BYTES = 48 * 1024 * 1024;
/** Above the longest wait of the queue before it tries again. */
const FILED_WITHIN_MS = 120_000;

/** A file system of its own below the data directory, which ends with the process that runs in it. */
const ON_SMALL_DISK = [
  'unshare',
  '--mount',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  'sh',
  '-c',
  `mount -t tmpfs -o mode=700,size=${DISK_BYTES} letterlock "$LETTERLOCK_DATA_DIR" && exec "$@"`,
  'sh',
];

let system: LocalSystem | undefined;
afterEach(() => discard(system));

/** The data directory as the process sees it. */
function dataOf({ pid, dataDir }: LocalSystem): string {
  return join('/proc', String(pid), 'root', dataDir);
}

/** Leaves `freeBytes` of the disk, and answers what gives the rest back. */
async function fill(running: LocalSystem, freeBytes: number): Promise<() => Promise<void>> {
  const ballast = join(dataOf(running), 'ballast');
  const file = openSync(ballast, 'w');
  const piece = Buffer.alloc(4096);
  let size = 0;
  try {
    for (;;) size += writeSync(file, piece);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
  await truncate(ballast, size - freeBytes);
  return () => rm(ballast);
}

async function send({ smtpPort }: LocalSystem, { address }: Endpoint, raw: Buffer): Promise<string> {
  return await sendExactly(smtpPort, 'sender@example.org', address, raw);
}

describe('on a disk without space left', () => {
  test('mail is refused for now and nothing of it kept; with space it is taken, by the same process', async () => {
    const running = await startLocalSystem({ under: ON_SMALL_DISK });
    system = running;
    const archive = await Archive.signIn(running);
    const endpoint = await archive.createEndpoint('full');
    expect(await send(running, endpoint, trickyMail('before'))).toMatch(/^250 /);
    await archive.filed();

    const makeSpace = await fill(running, 0);
    for (const size of [10, 100_000, 5_000_000]) {
      expect(await send(running, endpoint, large('during', size))).toMatch(/^45[12] /);
    }
    expect(readdirSync(join(dataOf(running), 'objects/intake/incoming'))).toEqual([]);
    // Nothing is shown that could not be recorded in the audit trail.
    await expect(archive.arrival(endpoint.mailboxId, 'before')).rejects.toThrow('503');

    await makeSpace();
    const raw = await archive.raw((await archive.arrival(endpoint.mailboxId, 'before')).archiveId);
    expect(raw.equals(trickyMail('before'))).toBe(true);
    for (const size of [10, 100_000, 5_000_000]) {
      expect(await send(running, endpoint, large(`after ${size}`, size))).toMatch(/^250 /);
      const { archiveId } = await archive.arrival(endpoint.mailboxId, `after ${size}`);
      expect((await archive.raw(archiveId)).equals(large(`after ${size}`, size))).toBe(true);
    }
    const subjects = (await archive.list(endpoint.mailboxId)).map(({ subject }) => subject);
    expect(subjects.sort()).toEqual(['after 10', 'after 100000', 'after 5000000', 'before']);
  });

  test('mail that was acknowledged before it could be filed is filed once there is space', async () => {
    const running = await startLocalSystem({ under: ON_SMALL_DISK });
    system = running;
    const archive = await Archive.signIn(running);
    const endpoint = await archive.createEndpoint('filling');
    const makeSpace = await fill(running, 600_000);
    const acknowledged: string[] = [];
    let answer = '';
    for (let number = 0; number < 200 && !answer.startsWith('45'); number += 1) {
      answer = await send(running, endpoint, large(`mail ${number}`, 40_000));
      if (answer.startsWith('250 ')) acknowledged.push(`mail ${number}`);
    }
    expect(answer).toMatch(/^45[12] /);
    expect(acknowledged).not.toEqual([]);

    await makeSpace();
    const list = async () => (await archive.list(endpoint.mailboxId)).map(({ subject }) => subject);
    const isAll = ({ length }: readonly string[]) => length >= acknowledged.length;
    const listed = await until('all that was acknowledged', list, { isWanted: isAll, withinMs: FILED_WITHIN_MS });
    expect(listed.toSorted()).toEqual(acknowledged.toSorted());
    for (const subject of acknowledged) {
      const { archiveId } = await archive.arrival(endpoint.mailboxId, subject);
      expect((await archive.raw(archiveId)).equals(large(subject, 40_000))).toBe(true);
    }
  });
});

/** Of bytes that cannot be compressed, the same for the same subject. */
function large(subject: string, sizeBytes: number): Buffer {
  let state = subject.length + sizeBytes;
  const body = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345 + subject.charCodeAt(at % subject.length)) >>> 0;
    body[at] = state >>> 16;
  }
  const lines = body.toString('base64').replace(/.{76}/g, '$&\r\n');
  return Buffer.concat([trickyMail(subject), Buffer.from(`${lines}\r\n`)]);
}
