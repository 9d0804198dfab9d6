import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Archive } from './archive.ts';
import { type Dovecot, MASTER, PASSWORD, startDovecot } from './dovecot.ts';
import { contentOf, imapServer, mailFor, newProfile } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { trickyMail } from './programs.ts';

let system: LocalSystem;
let archive: Archive;
let dovecot: Dovecot;

beforeAll(async () => {
  [system, dovecot] = await Promise.all([startLocalSystem(), startDovecot()]);
  archive = await Archive.signIn(system);
});
afterAll(async () => {
  await dovecot?.stop();
  await discard(system);
});

const counts = (change: object) => ({
  seen: 0,
  archived: 0,
  rendition: 0,
  duplicate: 0,
  quarantined: 0,
  excluded: 0,
  ...change,
});

describe('a mailbox by IMAP', () => {
  test('is archived whole, in its folders, byte for byte, and nothing changes at the source', async () => {
    const mail = mailFor('anna');
    const tricky = trickyMail('tricky');
    await dovecot.put('anna', [
      ['cur/1.a:2,S', tricky],
      ['new/2.b', mail(2)],
      ['Entw&APw-rfe und mehr/cur/3.c:2,FRS', mail(3)],
      ['Sent/cur/4.d:2,', mail(4)],
      ['a&-b/c.d/cur/5.e:2,', mail(5)],
      ['trailing space /cur/6.f:2,', mail(6)],
      ['Drafts/cur/7.g:2,', mail(7)],
      ['Junk/cur/8.h:2,', mail(8)],
    ]);
    await dovecot.doveadm('mailbox', 'status', '-u', 'anna', 'messages', '*');
    const before = await contentOf(dovecot.mailOf('anna'));
    const { profileId, mailboxId } = await newProfile(archive, dovecot, 'anna');

    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: counts({ seen: 6, archived: 6 }) });
    expect((await archive.folders(mailboxId)).toSorted()).toEqual([
      'Entwürfe und mehr',
      'Inbox',
      'Sent',
      'a&b/c.d',
      'trailing space ',
    ]);
    const { archiveId } = await archive.arrival(mailboxId, 'tricky');
    expect((await archive.raw(archiveId)).equals(tricky)).toBe(true);
    expect(await contentOf(dovecot.mailOf('anna'))).toEqual(before);
    expect(await dovecot.doveadm('search', '-u', 'anna', 'mailbox', 'INBOX', 'UNSEEN')).not.toBe('');
    expect(await archive.jobLog(job.jobId)).toContain('left out (by_default): Drafts');
  });

  test('is gone through once: what comes later is found whatever its date, what was moved is filed where it lies now', async () => {
    const mail = mailFor('ben');
    const { profileId, mailboxId } = await newProfile(archive, dovecot, 'ben');
    await dovecot.put('ben', [
      ['cur/1.a:2,', mail(1)],
      ['cur/2.b:2,', mail(2)],
      ['Old/cur/3.c:2,', mail(3)],
    ]);
    expect((await archive.runProfile(profileId)).counts).toMatchObject(counts({ seen: 3, archived: 3 }));
    expect((await archive.runProfile(profileId)).counts).toMatchObject(counts({}));

    await dovecot.doveadm('move', '-u', 'ben', 'Old', 'mailbox', 'INBOX', 'subject', 'number 1');
    await dovecot.put('ben', [['Old/cur/9.i:2,', mail(9, 'from 1999')]]);
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: counts({ seen: 2, archived: 1, duplicate: 1 }) });
    const filings = (await archive.listAll(mailboxId)).filter(({ subject }) => subject === 'number 1');
    expect(filings.map(({ folder }) => folder).toSorted()).toEqual(['Inbox', 'Old']);
    expect(new Set(filings.map(({ archiveId }) => archiveId)).size).toBe(1);
  });

  test('that lost mail costs the archive none, and a new UIDVALIDITY has everything looked at again', async () => {
    const mail = mailFor('carl');
    const { profileId, mailboxId } = await newProfile(archive, dovecot, 'carl');
    await dovecot.put('carl', [
      ['cur/1.a:2,', mail(1)],
      ['cur/2.b:2,', mail(2)],
    ]);
    await archive.runProfile(profileId);
    await dovecot.doveadm('expunge', '-u', 'carl', 'mailbox', 'INBOX', 'subject', 'number 1');
    await dovecot.doveadm('mailbox', 'update', '-u', 'carl', '--uid-validity', '4711', 'INBOX');
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: counts({ seen: 1, duplicate: 1 }) });
    expect(await archive.listAll(mailboxId)).toHaveLength(2);
  });

  test('with a message of no bytes: it is kept for people to look at, and counted', async () => {
    const mail = mailFor('dora');
    const { profileId } = await newProfile(archive, dovecot, 'dora');
    await dovecot.put('dora', [
      ['cur/1.a:2,', Buffer.alloc(0)],
      ['cur/2.b:2,', mail(2)],
    ]);
    const job = await archive.runProfile(profileId);
    expect(job.counts).toMatchObject(counts({ seen: 2, archived: 1, quarantined: 1 }));
    expect((await archive.runProfile(profileId)).counts).toMatchObject(counts({}));
  });

  test('by a filter: what it leaves out is recorded, and fetched once the filter lets it through', async () => {
    const mail = mailFor('emil');
    const filter = { unread: false, smallerThanBytes: 10_000 };
    const { profileId } = await newProfile(archive, dovecot, 'emil', { filter });
    await dovecot.put('emil', [
      ['cur/1.a:2,', mail(1)],
      ['cur/2.b:2,S', mail(2)],
      ['cur/3.c:2,S', mail(3, 'large', 'x'.repeat(20_000))],
    ]);
    const first = await archive.runProfile(profileId);
    expect(first).toMatchObject({ outcome: 'succeeded', counts: counts({ seen: 3, archived: 1, excluded: 2 }) });
    await dovecot.doveadm('flags', 'add', '-u', 'emil', '\\Seen', 'mailbox', 'INBOX', 'subject', 'number 1');
    expect((await archive.runProfile(profileId)).counts).toMatchObject(counts({ seen: 1, archived: 1 }));
    expect((await archive.runProfile(profileId)).counts).toMatchObject(counts({}));
    await archive.json('PATCH', `/profiles/${profileId}`, { filter: { unread: true } });
    expect((await archive.runProfile(profileId)).counts).toMatchObject(counts({ seen: 1, archived: 1 }));
  });

  test('with a message of 30 MB', async () => {
    const mail = mailFor('felix');
    const { profileId, mailboxId } = await newProfile(archive, dovecot, 'felix');
    const line = `${'0123456789'.repeat(7)}\r\n`;
    const large = mail(1, 'large', line.repeat(420_000));
    await dovecot.put('felix', [['cur/1.a:2,', large]]);
    expect(await archive.runProfile(profileId)).toMatchObject({ counts: counts({ seen: 1, archived: 1 }) });
    const { archiveId } = await archive.arrival(mailboxId, 'large');
    expect((await archive.raw(archiveId)).equals(large)).toBe(true);
  });

  test('that another user signs in for: by authorisation identity, and by a master user in the name', async () => {
    const mail = mailFor('gina');
    await dovecot.put('gina', [['cur/1.a:2,', mail(1)]]);
    const byIdentity = { userName: MASTER.userName, password: MASTER.password, authorisationId: 'gina' };
    const first = await newProfile(archive, dovecot, 'gina', { credentials: byIdentity });
    expect(await archive.runProfile(first.profileId)).toMatchObject({ counts: counts({ seen: 1, archived: 1 }) });
    const byName = { userName: `gina*${MASTER.userName}`, password: MASTER.password };
    const second = await newProfile(archive, dovecot, 'gina', { credentials: byName });
    expect(await archive.runProfile(second.profileId)).toMatchObject({ counts: counts({ seen: 1, duplicate: 1 }) });
  });

  test('whose sign-in is refused: the job fails and says so, and no secret is told', async () => {
    const credentials = { userName: 'hugo', password: 'not the password' };
    const { profileId } = await newProfile(archive, dovecot, 'hugo', { credentials });
    const job = await archive.runProfile(profileId);
    expect(job.outcome).toBe('failed');
    const log = await archive.jobLog(job.jobId);
    expect(log.join('\n')).toMatch(/sign in: /);
    const shown = JSON.stringify([log, await archive.json('GET', `/profiles/${profileId}`), system.output()]);
    expect(shown).not.toContain('not the password');
  });

  test('with a folder that cannot be read: the others are archived, and the job says that it did not see all', async () => {
    const mail = mailFor('ida');
    const { profileId, mailboxId } = await newProfile(archive, dovecot, 'ida');
    await dovecot.put('ida', [
      ['cur/1.a:2,', mail(1)],
      ['Broken/cur/2.b:2,', mail(2)],
    ]);
    const broken = join(dovecot.mailOf('ida'), 'Broken');
    // The server lists it, and cannot open it.
    for (const path of [broken, join(broken, 'cur')]) await chown(path, 0, 0);
    await chmod(join(broken, 'cur'), 0o700);
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'completedWithErrors', details: { foldersNotSeen: 1 } });
    expect((await archive.jobLog(job.jobId)).join('\n')).toContain('Broken: not fetched');
    expect(await archive.listAll(mailboxId)).toHaveLength(1);
  });

  test('is tested before it is saved', async () => {
    const mail = mailFor('jana');
    await dovecot.put('jana', [
      ['cur/1.a:2,', mail(1)],
      ['Trash/cur/2.b:2,', mail(2)],
    ]);
    const body = {
      server: imapServer(dovecot.imapPort),
      credentials: { userName: 'jana', password: PASSWORD },
      folders: { exclude: ['\\Trash'] },
    };
    const tested = await archive.json<{ folders: object[]; warnings: string[] }>('POST', '/profiles/test', body);
    expect(tested.folders).toContainEqual({ folder: 'INBOX', messages: 1 });
    expect(tested.folders).toContainEqual({ folder: 'Trash', specialUse: 'trash', messages: 1, leftOut: 'excluded' });
    expect(tested.warnings.join('\n')).toMatch(/not encrypted/);
    expect(tested.warnings.join('\n')).toMatch(/deleted mail is left out/);
  });
});

describe('a maildrop by POP3', () => {
  test.each(['plain', 'starttls', 'tls'] as const)('is archived once (%s)', async (security) => {
    const userName = `pop-${security}`;
    const mail = mailFor(userName);
    await dovecot.put(userName, [
      ['cur/1.a:2,', trickyMail(`pop ${security}`)],
      ['cur/2.b:2,', mail(2)],
    ]);
    const port = security === 'tls' ? dovecot.pop3sPort : dovecot.pop3Port;
    const server = { protocol: 'pop3', host: '127.0.0.1', port, security, acceptAllCertificates: true };
    const { profileId, mailboxId } = await newProfile(archive, dovecot, userName, { server });
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 2 } });
    expect((await archive.runProfile(profileId)).counts).toMatchObject(counts({}));
    const { archiveId } = await archive.arrival(mailboxId, `pop ${security}`);
    expect((await archive.raw(archiveId)).equals(trickyMail(`pop ${security}`))).toBe(true);
  });
});
