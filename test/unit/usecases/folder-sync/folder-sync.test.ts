import { describe, expect, test } from 'vitest';
import { filingItems } from '../../../../shared/usecases/filings/mailbox-filings.ts';
import { changeMailbox } from '../../../../shared/usecases/mailboxes/change-mailbox.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { createSyncWorld, dying, mail } from './sync-world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a synchronisation', () => {
  test('knows a message by its header fields, and fetches none', async () => {
    const { server, journal, run, filed } = await createSyncWorld('header');
    await journal(mail('one'));
    server.put('Work', 1, 'one', { raw: mail('one') });
    expect((await run()).details).toMatchObject({ matched: 1, moved: 1 });
    expect(server.given).toBe(0);
    expect(await filed()).toEqual(['Work: one']);
  });

  test('knows a message that a server wrote anew', async () => {
    const { server, journal, run, filed } = await createSyncWorld('rendered');
    await journal(mail('one', { text: 'a'.repeat(3_000) }));
    const anew = mail('one', { fields: ['X-MS-Exchange-Thing: 1'], text: `${'a'.repeat(3_000)}=20\r\n` });
    server.put('Work', 1, 'one', { raw: anew });
    expect((await run()).details).toMatchObject({ matched: 1, moved: 1 });
    expect(server.given).toBe(0);
    expect(await filed()).toEqual(['Work: one']);
  });

  test('does not take a message for another that has its Message-ID', async () => {
    const { server, journal, run, missing } = await createSyncWorld('other');
    await journal(mail('one'));
    const date = Buffer.from(mail('one').toString().replace('2 Jan', '3 Jan'));
    const from = Buffer.from(mail('one').toString().replace('sender@', 'somebody@'));
    const size = mail('one', { text: 'x'.repeat(60_000) });
    for (const [index, raw] of [date, from, size].entries()) server.put('Work', index + 1, '', { raw });
    expect((await run()).details).toMatchObject({ matched: 0, missing: 3 });
    expect(await missing()).toHaveLength(3);
  });

  test('leaves a message alone that may be one of several', async () => {
    const { server, journal, run, filed } = await createSyncWorld('ambiguous');
    await journal(mail('one', { text: 'a' }));
    await journal(mail('one', { text: 'bb' }));
    server.put('Work', 1, '', { raw: mail('one', { text: 'anew' }) });
    expect((await run()).details).toMatchObject({ matched: 0, ambiguous: 1, missing: 0 });
    expect(await filed()).toEqual(['Inbox: one', 'Inbox: one']);
  });

  test('knows a message by its identity, whatever folder it is moved to', async () => {
    const { server, journal, run, filed } = await createSyncWorld('identity');
    const raw = Buffer.from(
      mail('one')
        .toString()
        .replace(/^Message-ID.*\r\n/m, ''),
    );
    await journal(raw);
    server.put('INBOX', 1, '', { raw, emailId: 'M1' });
    await run();
    expect(server.given).toBe(1);
    server.folders.clear();
    server.put('Work', 2, '', { raw, emailId: 'M1' });
    expect((await run()).details).toMatchObject({ matched: 1, moved: 1, bytesFetched: expect.any(Number) });
    expect(server.given).toBe(1);
    expect(await filed()).toEqual(['Work: one']);
  });

  test('takes views of mail for no folders, where it lies in one', async () => {
    const { server, journal, run, filed } = await createSyncWorld('views');
    await journal(mail('labelled'));
    await journal(mail('archived'));
    server.specialUse.set('All Mail', 'all').set('Starred', 'flagged');
    for (const folder of ['All Mail', 'Starred', 'Work']) server.put(folder, 1, '', { raw: mail('labelled') });
    server.put('All Mail', 2, '', { raw: mail('archived') });
    await run();
    expect(await filed()).toEqual(['All Mail: archived', 'Work: labelled']);
  });

  test('mirrors what is thrown away only where that is wanted', async () => {
    for (const mirrorTrash of [false, true]) {
      const { server, journal, run, filed } = await createSyncWorld('trash', { mirrorTrash });
      await journal(mail('one'));
      server.specialUse.set('Bin', 'trash');
      server.put('Bin', 1, '', { raw: mail('one') });
      expect((await run()).details).toMatchObject({ matched: 1 });
      expect(await filed()).toEqual([mirrorTrash ? 'Bin: one' : 'Inbox: one']);
    }
  });

  test('tells of missing mail once, when journaling cannot be on its way with it any more', async () => {
    const { server, ports, run, missing } = await createSyncWorld('missing');
    const now = ports.clock.now().toISOString();
    server.put('Work', 1, '', { raw: mail('one'), internalDate: now });
    expect((await run()).details).toMatchObject({ missing: 0, expected: 1 });
    expect(await missing()).toEqual([]);
    ports.clock.advance(2 * 60 * 60_000);
    const job = await run();
    expect(job).toMatchObject({ outcome: 'succeeded', details: { missing: 1, expected: 0 } });
    await run();
    const from = { name: 'Sender', address: 'sender@example.com' };
    expect(await missing()).toMatchObject([{ folders: ['Work'], from, subject: 'one', receivedAt: now }]);
    const fell = ports.events.published.filter(({ type }) => type === 'completenessFell');
    expect(fell).toMatchObject([{ detail: { missing: 1, jobId: job.jobId } }]);

    server.folders.clear();
    await run();
    expect(await missing()).toMatchObject([{ goneAt: expect.any(String) }]);
  });

  test('lists missing mail where it lies now, and where it lay last once it is gone', async () => {
    const { server, run, missing } = await createSyncWorld('missing-moves');
    server.put('Work', 1, '', { raw: mail('one') });
    await run();
    expect(await missing()).toMatchObject([{ folders: ['Work'] }]);
    server.folders.clear();
    server.put('Play', 1, '', { raw: mail('one') });
    await run();
    expect(await missing()).toMatchObject([{ folders: ['Play'] }]);
    server.folders.clear();
    await run();
    expect(await missing()).toMatchObject([{ folders: ['Play'], goneAt: expect.any(String) }]);
  });

  test('does not wait longer for journaling than an hour, whatever time the live mailbox gives a message', async () => {
    const { server, ports, run, missing } = await createSyncWorld('future');
    const foundAt = ports.clock.now();
    server.put('Work', 1, '', { raw: mail('one'), internalDate: '2099-01-02T03:04:05.000Z' });
    expect((await run()).details).toMatchObject({ missing: 0, expected: 1 });
    ports.clock.advance(2 * 60 * 60_000);
    expect((await run()).details).toMatchObject({ missing: 1, expected: 0 });
    const [{ receivedAt } = { receivedAt: '' }] = await missing();
    // Within the period that a report of what came until now is about.
    expect(Date.parse(receivedAt) - foundAt.getTime()).toBeLessThan(2 * 60 * 60_000);
  });

  test('does not miss what moves away while it is looked at, and knows it where it lies then', async () => {
    const { server, journal, run, missing, filed } = await createSyncWorld('moves-away');
    const anew = mail('one', { fields: ['X-MS-Exchange-Thing: 1'] });
    server.put('INBOX', 1, '', { raw: anew });
    server.beforeFields = (names) => {
      if (!names.includes('SUBJECT') || server.folders.has('Work')) return;
      server.put('Work', 1, '', { raw: anew });
      server.folders.get('INBOX')?.messages.pop();
    };
    expect((await run()).outcome).toBe('succeeded');
    await journal(mail('one'));
    expect((await run()).details).toMatchObject({ matched: 1, missing: 0 });
    expect(await missing()).toEqual([]);
    expect(await filed()).toEqual(['Work: one']);
  });

  test('misses one message, whatever forms of it the mailbox has, and all of them once they are gone', async () => {
    const world = await createSyncWorld('forms');
    const { server, ports, run, missing } = world;
    server.put('Sent', 1, '', { raw: mail('one') });
    server.put('INBOX', 1, '', { raw: mail('one', { fields: ['Return-Path: <sender@example.com>'] }) });
    expect((await run()).details).toMatchObject({ missing: 1 });
    expect(await missing()).toHaveLength(1);
    server.folders.delete('Sent');
    expect((await run()).details).toMatchObject({ missing: 1 });
    expect((await missing()).map(({ folders, goneAt }) => ({ folders, goneAt }))).toEqual([{ folders: ['INBOX'] }]);
    server.folders.delete('INBOX');
    expect((await run()).details).toMatchObject({ missing: 0 });
    expect(await missing()).toMatchObject([{ goneAt: expect.any(String) }]);
    expect(ports.events.published.filter(({ type }) => type === 'completenessFell')).toHaveLength(1);
  });

  test('archives each form of what is missing', async () => {
    const { server, run, missing, filed } = await createSyncWorld('forms-archived', { archiveMissing: true });
    server.put('Sent', 1, '', { raw: mail('one') });
    server.put('INBOX', 1, '', { raw: mail('one', { text: 'one, and a footer' }) });
    expect(await run()).toMatchObject({
      outcome: 'succeeded',
      counts: { seen: 2, archived: 2 },
      details: { missing: 0 },
    });
    expect(await missing()).toEqual([]);
    expect(await filed()).toEqual(['Inbox: one', 'Sent: one']);
  });

  test('forgets that mail was missing once it is journaled', async () => {
    const { server, journal, run, missing, filed } = await createSyncWorld('late');
    server.put('Work', 1, '', { raw: mail('one') });
    server.put('Play', 1, '', { raw: mail('one') });
    expect((await run()).details).toMatchObject({ missing: 1 });
    await journal(mail('one'));
    expect((await run()).details).toMatchObject({ found: 1, missing: 0 });
    expect(await missing()).toEqual([]);
    expect(await filed()).toEqual(['Play: one', 'Work: one']);
  });

  test('does not miss what was purged, by its content, and does not bring it back', async () => {
    for (const archiveMissing of [false, true]) {
      const { server, ports, mailboxId, journal, run, missing } = await createSyncWorld('purged', { archiveMissing });
      await journal(mail('one'));
      const { items } = await listMessages(ports, { mailboxId, listShards: 1 }, { limit: 10 });
      const archiveId = items[0]?.archiveId ?? '';
      expect(await purgeMessage(ports, archiveId, async () => true)).toBe(true);
      server.put('Work', 1, '', { raw: mail('one') });
      expect(await run()).toMatchObject({ outcome: 'succeeded', counts: { seen: 0 }, details: { missing: 0 } });
      expect(await run()).toMatchObject({ outcome: 'succeeded', counts: { seen: 0 }, details: { missing: 0 } });
      // Nothing else is kept of it that could be compared.
      expect(server.given).toBe(1);
      expect(await missing()).toEqual([]);
      expect((await ports.tables.get('messages', recordKey(archiveId)))?.data.state).toBe('purged');
    }
  });

  test('misses mail of the size and with the Message-ID of one that was purged', async () => {
    const { server, ports, mailboxId, journal, run, missing } = await createSyncWorld('reused-id');
    await journal(mail('one'));
    const { items } = await listMessages(ports, { mailboxId, listShards: 1 }, { limit: 10 });
    expect(await purgeMessage(ports, items[0]?.archiveId ?? '', async () => true)).toBe(true);
    server.put('Work', 1, '', { raw: Buffer.from(mail('one').toString().replace('Subject: one', 'Subject: two')) });
    expect(await run()).toMatchObject({ outcome: 'succeeded', details: { missing: 1 } });
    expect(await missing()).toHaveLength(1);
  });

  test('files what was archived before the address was known, by the evidence and within its validity', async () => {
    const world = await createSyncWorld('alias');
    const { server, ports, configuration, mailboxId, journal, run, filed } = world;
    await journal(mail('early'), ['office@example.org']);
    ports.clock.advance(DAY_MS);
    await changeMailbox(configuration, mailboxId, { secondaryAddresses: ['office@example.org'] });
    ports.clock.advance(DAY_MS);
    await changeMailbox(configuration, mailboxId, { secondaryAddresses: [] });
    ports.clock.advance(DAY_MS);
    await journal(mail('after'), ['office@example.org']);
    server.put('Work', 1, '', { raw: mail('early', { fields: ['Received: by a'] }) });
    server.put('Work', 2, '', { raw: mail('after', { fields: ['Received: by a'], text: 'another content' }) });
    expect((await run()).details).toMatchObject({ matched: 1, filedLate: 1, missing: 1 });
    expect(await filed()).toEqual(['Work: early']);
    const page = await listMessages(ports, { mailboxId, listShards: 1 }, { limit: 10 });
    const found = await filingItems(ports, page.items[0]?.archiveId ?? '', mailboxId);
    expect(found).toMatchObject([{ data: { originFolder: 'Inbox', folder: 'Work', basis: 'envelope' } }]);
  });

  test('files what it finds by its content in the trash alone where new mail lies', async () => {
    const { server, journal, run, filed } = await createSyncWorld('late-trash');
    const raw = Buffer.from(mail('one').toString().replaceAll('anna@', 'office@'));
    await journal(raw, ['office@example.org']);
    server.specialUse.set('Bin', 'trash');
    server.put('Bin', 1, '', { raw });
    expect((await run()).details).toMatchObject({ matched: 1, filedLate: 1 });
    expect(await filed()).toEqual(['Inbox: one']);
  });

  test('leaves to the next run what is being purged, and does all the rest', async () => {
    const { server, ports, configuration, journal, run, filed, missing } = await createSyncWorld('purging');
    const { mailboxId: other } = await createMailbox(configuration, { name: 'Bert', primaryAddress: 'b@example.org' });
    await journal(mail('new'), ['b@example.org']);
    const { items } = await listMessages(ports, { mailboxId: other, listShards: 1 }, { limit: 10 });
    const setState = async (subject: string, state: string) => {
      const archiveId = items.find((one) => one.subject === subject)?.archiveId ?? '';
      const item = await ports.tables.get('messages', recordKey(archiveId));
      if (item) await ports.tables.put('messages', { ...item, data: { ...item.data, state } });
    };
    await setState('new', 'purging');
    await journal(mail('other'));
    server.put('Work', 1, '', { raw: mail('new') });
    server.put('Work', 2, '', { raw: mail('other') });
    const job = await run();
    expect(job).toMatchObject({ outcome: 'succeeded', details: { postponed: 1, moved: 1, missing: 0 } });
    expect(await filed()).toEqual(['Work: other']);
    expect(await missing()).toEqual([]);

    await setState('new', 'live');
    await run();
    expect(await filed()).toEqual(['Work: new', 'Work: other']);
  });

  test('takes nothing of what was fetched from the mailboxes of others for evidence', async () => {
    const { server, configuration, fetched, run, filed } = await createSyncWorld('fetched');
    const { mailboxId: other } = await createMailbox(configuration, { name: 'Bert', primaryAddress: 'b@example.org' });
    // Whoever owns a mailbox decides what lies in it, and whom that names.
    await fetched(mail('planted'), other);
    server.put('INBOX', 1, '', { raw: mail('planted', { text: 'another text' }) });
    expect((await run()).details).toMatchObject({ matched: 0, filedLate: 0, missing: 1 });
    expect(await filed()).toEqual([]);
  });

  test('compares everything again after some days', async () => {
    const { server, ports, journal, run, filed } = await createSyncWorld('again');
    await journal(mail('one'));
    server.put('Work', 1, '', { raw: mail('one') });
    await run();
    const folder = server.folders.get('Work');
    // A server that gives a key twice, and changes nothing else.
    await journal(mail('two'));
    if (folder) folder.messages = [{ uid: 1, raw: mail('two'), internalDate: '2026-01-03T00:00:00.000Z' }];
    expect((await run()).details).toMatchObject({ compared: 0 });
    ports.clock.advance(8 * DAY_MS);
    expect((await run()).details).toMatchObject({ compared: 1, matched: 1, moved: 1, vanished: 1 });
    expect(await filed()).toEqual(['Work: one', 'Work: two']);
  });

  test('does what it did not come to in further slices', async () => {
    const { server, journal, run, filed } = await createSyncWorld('slices');
    for (let uid = 1; uid <= 12; uid += 1) {
      await journal(mail(`number ${uid}`));
      server.put(`Folder ${uid % 4}`, uid, '', { raw: mail(`number ${uid}`) });
    }
    let asked = 0;
    expect(await run({ mayGoOn: () => asked++ % 7 !== 6 })).toMatchObject({ outcome: 'succeeded' });
    expect(asked).toBeGreaterThan(7);
    expect((await filed()).filter((one) => one.startsWith('Folder'))).toHaveLength(12);
  });

  test.each(['renamed', 'renumbered'])(
    'forgets what a run that died had seen of a folder that was %s since',
    async (how) => {
      for (let writes = 1; writes <= 24; writes += 1) {
        const { server, ports, journal, run, filed } = await createSyncWorld(`died ${how} ${writes}`);
        const raws = [1, 2, 3].map((number) => mail(`number ${number}`));
        for (const [index, raw] of raws.entries()) {
          await journal(raw);
          server.put('Work', index + 1, '', { raw });
        }
        const change = () => {
          const work = server.folders.get('Work');
          server.folders.clear();
          const messages = (work?.messages ?? []).map((one) => ({ ...one, uid: one.uid + 10 }));
          if (how === 'renamed') server.folders.set('Done', { validity: '2', messages });
          else {
            server.folders.set('Work', { validity: '2', messages: messages.slice(1) });
            server.folders.set('Done', { validity: '3', messages: messages.slice(0, 1) });
          }
        };
        const portsOf = (slice: number) => {
          if (slice === 1) change();
          return slice === 0 ? dying(ports, writes) : ports;
        };
        await run({ portsOf });
        if (server.folders.has('Done')) await run();
        else change();
        await run();
        const folders = how === 'renamed' ? ['Done', 'Done', 'Done'] : ['Done', 'Work', 'Work'];
        expect(await filed(), `${writes} writes`).toEqual(
          folders.map((folder, index) => `${folder}: number ${index + 1}`),
        );
      }
    },
  );

  test.each([1, 2, 3, 4, 5, 7, 11])(
    'killed at every %i. write of its slices ends where the mailbox is',
    async (step) => {
      const world = await createSyncWorld(`killed ${step}`, { archiveMissing: true });
      const { server, ports, journal, run, filed, missing } = world;
      const raws = Array.from({ length: 8 }, (_, number) => mail(`number ${number}`));
      for (const raw of raws.slice(0, 6)) await journal(raw);
      for (const [number, raw] of raws.entries())
        server.put(number % 2 === 0 ? 'Work' : 'INBOX', number + 1, '', { raw });
      server.put('Play', 1, '', { raw: raws[0] ?? Buffer.alloc(0) });
      const first = await run({ portsOf: (slice) => dying(ports, step + slice * 5) });
      expect(first).toMatchObject({ outcome: 'succeeded', counts: { seen: 2, archived: 2 } });
      const expected = ['Inbox: number 1', 'Inbox: number 3', 'Inbox: number 5', 'Inbox: number 7'];
      const work = ['Work: number 0', 'Work: number 2', 'Work: number 4', 'Work: number 6'];
      expect(await filed()).toEqual([...expected, 'Play: number 0', ...work]);
      expect(await missing()).toEqual([]);

      // Everything changes its place, under new keys.
      server.folders.clear();
      for (const [number, raw] of raws.entries()) server.put(number < 4 ? 'Done' : 'Play', number + 20, '', { raw });
      const second = await run({ portsOf: (slice) => dying(ports, step + slice * 5) });
      expect(second).toMatchObject({ outcome: 'succeeded', counts: { seen: 0 } });
      const done = [0, 1, 2, 3].map((number) => `Done: number ${number}`);
      expect(await filed()).toEqual([...done, ...[4, 5, 6, 7].map((number) => `Play: number ${number}`)]);
      expect((await run()).details).toMatchObject({ compared: 0, moved: 0, merged: 0, filedFurther: 0 });
    },
  );
});
