import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { Archive, type Endpoint } from './archive.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { contentOf } from './fetch-world.ts';
import { SyncedUser, testMail } from './folder-sync-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;
let archive: Archive;
let dovecot: Dovecot;
let endpoint: Endpoint;

beforeAll(async () => {
  [system, dovecot] = await Promise.all([startLocalSystem(), startDovecot()]);
  archive = await Archive.signIn(system);
  endpoint = await archive.createEndpoint('journal');
});
afterAll(async () => {
  await dovecot?.stop();
  await discard(system);
});

const synced = (user: string, change: object = {}) =>
  SyncedUser.create(user, { archive, dovecot, system, endpoint }, change);

describe('folder synchronisation', () => {
  test('moves journaled mail to where its user keeps it, and changes nothing at the source', async () => {
    const anna = await synced('anna');
    await anna.receive({ subject: 'stays' });
    await anna.receive({ subject: 'kept' }, 'Work/2026');
    await anna.receive({ subject: 'written', from: 'Anna <anna@example.org>', to: 'x@example.com' }, 'Sent');
    const draft = testMail('anna', { subject: 'draft' });
    await anna.deliver(draft, 'Work/2026', 'D');
    await anna.doveadm('mailbox status', 'messages', '*');
    const before = await contentOf(dovecot.mailOf('anna'));

    const job = await anna.sync();
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 0 } });
    expect(job.details).toMatchObject({ compared: 4, matched: 3, moved: 1, missing: 0, folders: 3 });
    expect(await anna.filed()).toEqual(['Inbox: stays', 'Sent: written', 'Work/2026: kept']);
    expect(await contentOf(dovecot.mailOf('anna'))).toEqual(before);
    expect((await anna.sync()).details).toMatchObject({ compared: 0, moved: 0, bytesFetched: 0 });
  });

  test('follows moves, copies, renamed and deleted folders; what is deleted keeps its last folder', async () => {
    const ben = await synced('ben');
    for (const subject of ['moved', 'copied', 'deleted', 'thrown away', 'one', 'two']) await ben.receive({ subject });
    await ben.sync();
    for (const folder of ['Work', 'Projects']) await ben.doveadm('mailbox create', folder);
    await ben.doveadm('move', 'Work', 'mailbox', 'INBOX', 'subject', 'moved');
    await ben.doveadm('copy', 'Work', 'mailbox', 'INBOX', 'subject', 'copied');
    await ben.doveadm('move', 'Projects', 'mailbox', 'INBOX', 'subject', 'one');
    await ben.doveadm('move', 'Projects', 'mailbox', 'INBOX', 'subject', 'two');
    await ben.doveadm('expunge', 'mailbox', 'INBOX', 'subject', 'deleted');
    await ben.doveadm('mailbox create', 'Trash');
    await ben.doveadm('move', 'Trash', 'mailbox', 'INBOX', 'subject', 'thrown');
    expect((await ben.sync()).details).toMatchObject({ moved: 3, filedFurther: 1, missing: 0 });
    const kept = ['Inbox: copied', 'Inbox: deleted', 'Inbox: thrown away'];
    expect(await ben.filed()).toEqual([...kept, 'Projects: one', 'Projects: two', 'Work: copied', 'Work: moved']);

    await ben.doveadm('mailbox rename', 'Projects', 'Done');
    await ben.doveadm('expunge', 'mailbox', 'INBOX', 'subject', 'copied');
    const renamed = await ben.sync();
    // Nothing but the rename is asked for what was known by its former name.
    expect(renamed.details).toMatchObject({ moved: 2, merged: 1, bytesFetched: 0 });
    expect(await ben.filed()).toEqual([
      'Done: one',
      'Done: two',
      'Inbox: deleted',
      'Inbox: thrown away',
      'Work: copied',
      'Work: moved',
    ]);

    await ben.doveadm('mailbox delete', 'Done');
    await ben.sync();
    expect(await ben.filed()).toContain('Done: one');
    await ben.doveadm('copy', 'INBOX', 'mailbox', 'Work', 'subject', 'copied');
    await ben.sync();
    expect(await ben.filed()).toContain('Inbox: copied');
  });

  test('keeps everything where a server gives new UIDs, and finds what was moved meanwhile', async () => {
    const carl = await synced('carl');
    for (const subject of ['one', 'two', 'three']) await carl.receive({ subject }, 'Work');
    await carl.sync();
    await carl.doveadm('mailbox update', '--uid-validity', '4711', 'Work');
    await carl.doveadm('move', 'INBOX', 'mailbox', 'Work', 'subject', 'three');
    expect(await carl.sync()).toMatchObject({ outcome: 'succeeded', details: { moved: 1, missing: 0 } });
    expect(await carl.filed()).toEqual(['Inbox: three', 'Work: one', 'Work: two']);
  });

  test('tells messages apart by their bytes where headers cannot', async () => {
    const dora = await synced('dora');
    await dora.receive({ subject: 'without', messageId: null }, 'Work');
    await dora.receive({ subject: 'first', messageId: '<same@example.com>', text: 'one text' }, 'Work');
    await dora.receive({ subject: 'second', messageId: '<same@example.com>', text: 'a second one' }, 'Play');
    // The same in all but its text: not even the size tells them apart.
    await dora.receive({ subject: 'even', messageId: '<even@example.com>', text: 'abc' }, 'Work');
    await dora.receive({ subject: 'even', messageId: '<even@example.com>', text: 'xyz' }, 'Play');
    expect((await dora.sync()).details).toMatchObject({ matched: 5, moved: 5, ambiguous: 0, missing: 0 });
    expect(await dora.filed()).toEqual(['Play: even', 'Play: second', 'Work: even', 'Work: first', 'Work: without']);
  });

  test('gives nobody mail of others for a forged Message-ID, only for the very content', async () => {
    const mallory = await synced('mallory');
    const eve = await synced('eve');
    const secret = {
      subject: 'secret',
      from: 'boss@example.com',
      to: 'mallory@example.org',
      messageId: '<s@example.com>',
    };
    const original = testMail('mallory', { ...secret, text: 'the true text' });
    await mallory.journal(original);
    // Message-ID, Date, From and the size agree.
    await eve.deliver(testMail('eve', { ...secret, text: 'the fake text' }));
    const job = await eve.sync();
    expect(job).toMatchObject({ outcome: 'succeeded', details: { matched: 0, filedLate: 0, missing: 1 } });
    expect(await eve.filed()).toEqual([]);

    await eve.deliver(original, 'Given');
    expect((await eve.sync()).details).toMatchObject({ matched: 1, filedLate: 1, missing: 1 });
    expect(await eve.filed()).toEqual(['Given: secret']);
    expect(await mallory.filed()).toEqual(['Inbox: secret']);
  });

  test('files mail that was archived before the address was known', async () => {
    const frida = await synced('frida');
    const raw = testMail('frida', { subject: 'to an alias', to: 'office@example.org' });
    await frida.journal(raw, { isOurs: false });
    await frida.deliver(Buffer.concat([Buffer.from('Received: by mail.example.org\r\n'), raw]), 'Work');
    await archive.json('PATCH', `/mailboxes/${frida.mailboxId}`, { secondaryAddresses: ['office@example.org'] });
    // What the directory knows of addresses may be some seconds old.
    await until('the address to be known', async () => (await frida.sync()).details?.missing === 0);
    expect(await frida.filed()).toEqual(['Work: to an alias']);
    const [{ archiveId } = { archiveId: '' }] = await archive.listAll(frida.mailboxId);
    const { filings } = await archive.json<{ readonly filings: readonly object[] }>('GET', `/messages/${archiveId}`);
    expect(filings).toContainEqual(expect.objectContaining({ mailboxId: frida.mailboxId, basis: 'header' }));
  });

  test('finds what journaling missed, and archives it where that is wanted', async () => {
    const gil = await synced('gil');
    await gil.receive({ subject: 'journaled' });
    await gil.deliver(testMail('gil', { subject: 'missed' }), 'Work');
    const late = testMail('gil', { subject: 'late' });
    await gil.deliver(late);
    expect(await gil.sync()).toMatchObject({ outcome: 'succeeded', details: { matched: 1, missing: 2 } });
    await gil.journal(late);
    expect((await gil.sync()).details).toMatchObject({ found: 1, missing: 1 });
    await archive.json('PATCH', `/profiles/${gil.profileId}`, { archiveMissing: true });
    const job = await gil.sync();
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 1, archived: 1 }, details: { missing: 0 } });
    expect(await gil.filed()).toEqual(['Inbox: journaled', 'Inbox: late', 'Work: missed']);
    await gil.doveadm('move', 'INBOX', 'mailbox', 'Work', 'subject', 'missed');
    await gil.sync();
    expect(await gil.filed()).toContain('Inbox: missed');
  });

  test('leaves what a user moved in the archive, or moves it back, as the profile says', async () => {
    for (const [conflicts, folder] of [
      ['archive', 'Mine'],
      ['live', 'Work'],
    ] as const) {
      const hans = await synced(`hans-${conflicts}`, { conflicts });
      await hans.receive({ subject: 'mail' });
      await hans.sync();
      const [{ archiveId } = { archiveId: '' }] = await archive.listAll(hans.mailboxId);
      await archive.json('PUT', `/mailboxes/${hans.mailboxId}/access/admin`, { privileges: ['read', 'write'] });
      const path = `/messages/${archiveId}/filings?mailbox=${hans.mailboxId}`;
      await archive.json('PATCH', path, { from: 'Inbox', to: 'Mine' });
      await hans.doveadm('mailbox create', 'Work');
      await hans.doveadm('move', 'Work', 'mailbox', 'INBOX', 'all');
      await hans.sync();
      expect(await hans.filed()).toEqual([`${folder}: mail`]);
    }
  });
});
