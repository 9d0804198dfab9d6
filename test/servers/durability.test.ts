import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmtpClient } from '../../infra/local/demo/smtp-client.ts';
import { arrivalIdOf } from '../../shared/usecases/arrival-id.ts';
import { Archive } from './archive.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';
import { trickyMail } from './programs.ts';
import { descriptorOf, readTrace, straceInto, type TraceEvent, textsOf } from './strace.ts';
import { removedName, TracedDisk } from './traced-disk.ts';

const CONNECTIONS = 6;
const MAILS_EACH = 8;
/** Above what is gathered in memory before it is written, and above what is kept for another body. */
const LARGE_BYTES = 3_000_000;

let directory: string;
let dataDir: string;
let events: readonly TraceEvent[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-strace-'));
  dataDir = join(directory, 'data');
  const trace = join(directory, 'trace');
  const system = await startLocalSystem({ dataDir, under: straceInto(trace) });
  try {
    await sendMails(system);
  } finally {
    await system.stop();
  }
  events = await readTrace(trace);
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function sendMails(system: LocalSystem): Promise<void> {
  const archive = await Archive.signIn(system);
  const endpoint = await archive.createEndpoint('durability');
  const connection = async (which: number) => {
    const client = await SmtpClient.open('127.0.0.1', system.smtpPort);
    for (let mail = 0; mail < MAILS_EACH; mail += 1) {
      const raw = trickyMail(`mail ${which}-${mail}`);
      const padding = Buffer.alloc(which === 0 && mail % 3 === 1 ? LARGE_BYTES : 0, 'x'.repeat(70).concat('\r\n'));
      await client.send(
        `m${which}-${mail}@sender.test`,
        endpoint.address,
        Buffer.concat([raw, padding, Buffer.from('\r\n')]),
      );
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, which) => connection(which)));
  for (let which = 0; which < CONNECTIONS; which += 1) {
    for (let mail = 0; mail < MAILS_EACH; mail += 1) await archive.arrival(endpoint.mailboxId, `mail ${which}-${mail}`);
  }
  await archive.filed();
}

describe('as the system calls of the local system show', () => {
  test('each 250 to a message comes after its intake object, the name and the directories are on the disk', () => {
    const intake = join(dataDir, 'objects/intake/incoming');
    const disk = new TracedDisk();
    const senders = new Map<string, string>();
    const answered: string[] = [];
    const early: string[] = [];
    for (const event of events) {
      const socket = descriptorOf(event.call);
      const [text = ''] = textsOf(event.call);
      if (event.edge === 'start' && socket.startsWith('TCP') && text.startsWith('250 2.6.0')) {
        const sender = senders.get(socket) ?? `nobody at ${socket}`;
        answered.push(sender);
        const object = disk.namesBelow(intake).find((one) => one.text.includes(`mailFrom\\":\\"${sender}\\"`));
        if (!object || disk.durableSince(object.path) === undefined) early.push(sender);
      }
      if (event.edge === 'start') continue;
      disk.apply(event);
      const [, sender] = /^MAIL FROM:<([^>]*)>/.exec(event.call.name === 'read' ? text : '') ?? [];
      if (sender !== undefined) senders.set(socket, sender);
    }
    expect(new Set(answered).size).toBe(CONNECTIONS * MAILS_EACH);
    expect(answered.length).toBe(CONNECTIONS * MAILS_EACH);
    expect(early).toEqual([]);
  });

  test('each intake object goes after its archive object, then the log, then the tables are on the disk', () => {
    const intake = join(dataDir, 'objects/intake');
    const archive = join(dataDir, 'objects/archive');
    const journal = join(dataDir, 'tables.sqlite-wal');
    const disk = new TracedDisk();
    let written: number[] = [];
    let syncedWrite = 0;
    const removed: string[] = [];
    const early: string[] = [];
    for (const event of events) {
      const path = event.edge === 'start' ? removedName(event.call) : undefined;
      if (path?.startsWith(`${intake}/incoming/`)) {
        removed.push(path);
        const arrivalId = arrivalIdOf(relative(intake, path));
        const object = disk.namesBelow(`${archive}/messages`).find((one) => one.path.endsWith(`/${arrivalId}`));
        const filed = object && disk.durableSince(object.path);
        const logged = disk
          .namesBelow(`${archive}/log`)
          .filter(({ madeAt }) => object && madeAt > object.madeAt)
          .map((one) => disk.durableSince(one.path))
          .filter((since) => since !== undefined);
        const isInLedger = logged.some((since) => syncedWrite > since);
        if (filed === undefined || !isInLedger) early.push(path);
      }
      if (event.edge === 'start') continue;
      disk.apply(event);
      if (descriptorOf(event.call) !== journal) continue;
      if (event.call.name.startsWith('pwrite')) written.push(event.at);
      if (!/^f(data)?sync$/.test(event.call.name)) continue;
      syncedWrite = written.findLast((at) => at <= event.startedAt) ?? syncedWrite;
      written = written.filter((at) => at > event.startedAt);
    }
    expect(removed.length).toBe(CONNECTIONS * MAILS_EACH);
    expect(early).toEqual([]);
  });
});
