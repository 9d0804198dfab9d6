import { describe, expect, test } from 'vitest';
import { StorageError } from '../../../../shared/errors.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Tables } from '../../../../shared/ports/tables.ts';
import { moveFiling } from '../../../../shared/usecases/filings/move-filing.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { createFetchWorld } from './fetch-world.ts';

const NOTHING = { seen: 0, archived: 0, rendition: 0, duplicate: 0, quarantined: 0, excluded: 0 };

describe('a job', () => {
  test('counts every message once, by what became of it', async () => {
    const { server, run } = await createFetchWorld('counts', { filter: { unread: false } });
    server.put('INBOX', 1, 'one', { flags: ['\\Seen'] });
    server.put('INBOX', 2, 'one', { flags: ['\\Seen'] });
    server.put('INBOX', 3, 'unread');
    server.put('Old', 1, 'one', { flags: ['\\Seen'], raw: Buffer.from('no field at all') });
    server.put('Old', 7, 'other', { flags: ['\\Seen'] });
    const { counts, outcome, progress, details } = await run();
    expect(outcome).toBe('succeeded');
    expect(details).toEqual({ folders: 2, foldersNotSeen: 0, failed: 0, excludedFilterUnread: 1 });
    expect(counts).toMatchObject({ seen: 5, archived: 2, duplicate: 1, quarantined: 1, excluded: 1 });
    expect(progress).toEqual({ folders: 2, foldersDone: 2 });
    expect((await run()).counts).toMatchObject(NOTHING);
  });

  test('does not fetch again what was purged', async () => {
    const { server, run, ports, mailboxId, profile } = await createFetchWorld('purged');
    server.put('INBOX', 1, 'one');
    await run();
    const mailbox = { mailboxId, listShards: 1 };
    const [{ archiveId } = { archiveId: '' }] = (await listMessages(ports, mailbox, { limit: 10 })).items;
    expect(await purgeMessage(ports, archiveId, async () => true)).toBe(true);
    server.folders.set('INBOX', { validity: '2', messages: server.folders.get('INBOX')?.messages ?? [] });
    const { counts, details } = await run();
    expect(counts).toMatchObject({ ...NOTHING, seen: 1, excluded: 1 });
    expect(details).toMatchObject({ excludedPurged: 1 });
    expect(profile.sealedCredentials).not.toContain('secret');
  });

  test('files a copy that it knows by its identity without fetching it again', async () => {
    const { server, run } = await createFetchWorld('identity');
    server.put('INBOX', 1, 'one', { emailId: 'M1' });
    server.put('INBOX', 2, 'two', { emailId: 'M2' });
    await run();
    server.put('Work', 7, 'one', { emailId: 'M1' });
    server.put('Work', 8, 'three', { emailId: 'M3' });
    expect((await run()).counts).toMatchObject({ ...NOTHING, seen: 2, archived: 1, duplicate: 1 });
    expect(server.given).toBe(3);
  });

  test('files a copy once in a folder that the message was moved to before', async () => {
    const { server, run, ports, mailboxId } = await createFetchWorld('moved');
    server.put('INBOX', 1, 'one');
    await run();
    const mailbox = { mailboxId, listShards: 1 };
    const [{ archiveId } = { archiveId: '' }] = (await listMessages(ports, mailbox, { limit: 10 })).items;
    const by = { kind: 'user', userId: 'anna' } as const;
    await moveFiling(ports, { archiveId, mailboxId, originFolder: 'Inbox' }, 'Work', by);
    server.put('Work', 7, 'one');
    expect((await run()).counts).toMatchObject({ ...NOTHING, seen: 1, duplicate: 1 });
    expect((await listMessages(ports, mailbox, { limit: 10 })).items).toMatchObject([{ archiveId, folder: 'Work' }]);
  });

  test('files a large copy from the archive, too', async () => {
    const { server, run } = await createFetchWorld('large identity');
    const line = `${'large '.repeat(12)}\r\n`;
    const raw = Buffer.from(`Message-ID: <large@example.org>\r\n\r\n${line.repeat(80_000)}`);
    server.put('INBOX', 1, 'large', { emailId: 'M1', raw });
    expect((await run()).counts).toMatchObject({ seen: 1, archived: 1 });
    server.put('Work', 7, 'large', { emailId: 'M1', raw });
    expect((await run()).counts).toMatchObject({ seen: 1, duplicate: 1 });
    expect(server.given).toBe(1);
  });

  test.each([
    { name: 'whose size is another', text: 'one and more', purges: false, becomes: { archived: 1 } },
    { name: 'that is not live in the archive', text: 'one', purges: true, becomes: { excluded: 1 } },
  ])('fetches a message with a known identity $name', async ({ name, text, purges, becomes }) => {
    const { server, run, ports, mailboxId } = await createFetchWorld(`identity ${name}`);
    server.put('INBOX', 1, 'one', { emailId: 'M1' });
    await run();
    const [{ archiveId } = { archiveId: '' }] = (await listMessages(ports, { mailboxId, listShards: 1 }, { limit: 10 }))
      .items;
    if (purges) await purgeMessage(ports, archiveId, async () => true);
    server.put('Work', 7, text, { emailId: 'M1' });
    expect((await run()).counts).toMatchObject({ ...NOTHING, seen: 1, ...becomes });
    expect(server.given).toBe(2);
  });

  test('finds a message that got the key of another, once it compares', async () => {
    const { server, run, ports } = await createFetchWorld('reused');
    server.put('INBOX', 1, 'one');
    await run();
    server.folders.delete('INBOX');
    server.put('INBOX', 1, 'two');
    expect((await run()).counts).toMatchObject(NOTHING);
    ports.clock.advance(8 * 24 * 60 * 60 * 1000);
    expect((await run()).counts).toMatchObject({ ...NOTHING, seen: 1, archived: 1 });
    ports.clock.advance(8 * 24 * 60 * 60 * 1000);
    expect((await run()).counts).toMatchObject(NOTHING);
  });

  test('that could not fetch a message says so, and the next tries it again', async () => {
    const { server, run, log } = await createFetchWorld('broken');
    server.put('INBOX', 1, 'one');
    server.put('INBOX', 2, 'two', { isBroken: true });
    server.put('INBOX', 3, 'three');
    const first = await run();
    expect(first).toMatchObject({
      outcome: 'completedWithErrors',
      counts: { seen: 2, archived: 2 },
      details: { failed: 1 },
    });
    expect((await log(first.jobId)).join('\n')).toContain('message 0000000002 cannot be fetched');
    for (const message of server.folders.get('INBOX')?.messages ?? []) message.isBroken = false;
    expect(await run()).toMatchObject({ outcome: 'succeeded', counts: { seen: 1, archived: 1 } });
  });

  test('goes on where its last slice ended, and fetches nothing twice', async () => {
    const { server, run } = await createFetchWorld('slices');
    for (let uid = 1; uid <= 230; uid += 1) server.put(uid % 3 === 0 ? 'Old' : 'INBOX', uid, `number ${uid}`);
    let asked = 0;
    const { counts, outcome } = await run({ mayGoOn: () => asked++ % 5 !== 4 });
    expect(asked).toBeGreaterThan(6);
    expect(outcome).toBe('succeeded');
    expect(counts).toMatchObject({ ...NOTHING, seen: 230, archived: 230 });
    expect(server.given).toBe(230);
  });

  test('fetches nothing again after the tables were rebuilt from the archive', async () => {
    const { server, run, runRebuilt } = await createFetchWorld('rebuilt', { filter: { unread: false } });
    for (let uid = 1; uid <= 20; uid += 1) server.put('INBOX', uid, `number ${uid}`, { flags: ['\\Seen'] });
    server.put('Old', 1, 'number 1', { flags: ['\\Seen', '$Work'] });
    server.put('Old', 2, 'unread');
    expect((await run()).counts).toMatchObject({ seen: 22, archived: 20, duplicate: 1, excluded: 1 });
    const { given } = server;
    expect(await runRebuilt()).toMatchObject({ outcome: 'succeeded', counts: NOTHING });
    expect(server.given).toBe(given);
  });

  test('keeps with the filing what the source said of the message', async () => {
    const { server, run, ports } = await createFetchWorld('marks');
    server.put('INBOX', 1, 'one', { flags: ['\\Seen', '\\Flagged', '$Work'] });
    await run();
    const filings = (await ports.tables.scan('messages', { limit: 100 })).items.filter(({ sk }) =>
      sk.startsWith('filing#'),
    );
    expect(filings).toMatchObject([
      {
        data: {
          basis: 'folder',
          marks: { flags: ['\\Seen', '\\Flagged', '$Work'], internalDate: '2026-01-02T03:04:05.000Z' },
        },
      },
    ]);
  });

  test('gets further with each session, however early it ends', async () => {
    const { server, run } = await createFetchWorld('sessions');
    for (let uid = 1; uid <= 60; uid += 1) server.put('INBOX', uid, `number ${uid}`);
    server.endsAfter = 7;
    const { counts, outcome } = await run();
    expect(outcome).toBe('succeeded');
    expect(counts).toMatchObject({ ...NOTHING, seen: 60, archived: 60 });
  });

  test.each([
    { name: 'some', left: [7, 8] as readonly number[] },
    { name: 'all', left: [] as readonly number[] },
  ])('counts what a session that ended had filed, where $name of it was taken away meanwhile', async ({ left }) => {
    const { server, run, ports } = await createFetchWorld('gone');
    for (let uid = 1; uid <= 8; uid += 1) server.put('INBOX', uid, `number ${uid}`);
    server.endsAfter = 6;
    const { counts, outcome } = await run({
      portsOf: (slice) => {
        const folder = server.folders.get('INBOX');
        if (slice === 1 && folder) folder.messages = folder.messages.filter(({ uid }) => left.includes(uid));
        return ports;
      },
    });
    expect(outcome).toBe('succeeded');
    expect(counts).toMatchObject({ ...NOTHING, seen: 6 + left.length, archived: 6 + left.length });
  });

  test.each([1, 2, 3, 5, 8, 13])('killed at every %i. write of its slices loses and repeats nothing', async (step) => {
    const { server, run, ports } = await createFetchWorld(`killed ${step}`);
    for (let uid = 1; uid <= 12; uid += 1) server.put(uid % 2 === 0 ? 'Old' : 'INBOX', uid, `number ${uid}`);
    server.put('Old', 50, 'number 1');
    const { counts, outcome } = await run({ portsOf: (slice) => dying(ports, step + slice * 9) });
    expect(outcome).toBe('succeeded');
    expect(counts).toMatchObject({ ...NOTHING, seen: 13, archived: 12, duplicate: 1 });
    expect((await run()).counts).toMatchObject(NOTHING);
  });
});

/** Ports of a process that dies at a write of its tables: nothing it does afterwards takes effect. */
function dying(ports: Ports, writes: number): Ports {
  let left = writes;
  const write = <Arguments extends readonly unknown[], Answer>(call: (...args: Arguments) => Promise<Answer>) => {
    return async (...args: Arguments): Promise<Answer> => {
      if (left-- <= 0) throw new StorageError('the process is dead');
      return await call(...args);
    };
  };
  const { tables } = ports;
  const dead: Tables = {
    ...tables,
    get: tables.get.bind(tables),
    query: tables.query.bind(tables),
    queryIndex: tables.queryIndex.bind(tables),
    scan: tables.scan.bind(tables),
    put: write(tables.put.bind(tables)),
    putIfAbsent: write(tables.putIfAbsent.bind(tables)),
    putIfVersion: write(tables.putIfVersion.bind(tables)),
    deleteIfVersion: write(tables.deleteIfVersion.bind(tables)),
    batchPut: write(tables.batchPut.bind(tables)),
  };
  return { ...ports, tables: dead };
}
