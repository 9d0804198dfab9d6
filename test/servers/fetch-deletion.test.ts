import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Archive } from './archive.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { mailFor, newProfile } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;
let archive: Archive;
let dovecot: Dovecot;

beforeAll(async () => {
  [system, dovecot] = await Promise.all([startLocalSystem(), startDovecot({ format: 'sdbox' })]);
  archive = await Archive.signIn(system);
});
afterAll(async () => {
  await dovecot?.stop();
  await discard(system);
});

/** The subjects of what lies in a folder at the source. */
async function subjectsIn(userName: string, folder = 'INBOX'): Promise<readonly string[]> {
  const text = await dovecot.doveadm('fetch', '-u', userName, 'hdr.subject', 'mailbox', folder);
  return [...text.matchAll(/hdr\.subject: (.*)/g)].map(([, subject = '']) => subject).toSorted();
}

/** Delivers by IMAP's way in, so that any format takes it. */
async function deliver(userName: string, number: number, folder = 'INBOX', text?: string): Promise<void> {
  await dovecot.save(userName, folder, mailFor(userName)(number, undefined, text));
}

describe('a deletion rule', () => {
  test('tells what would go, then deletes what is archived, and nothing else', async () => {
    const deletion = { afterDays: 0, dryRun: true };
    const filter = { unread: false };
    const { profileId, mailboxId } = await newProfile(archive, dovecot, 'anna', { deletion, filter });
    for (const number of [1, 2, 3]) await deliver('anna', number);
    await deliver('anna', 4, 'Drafts');
    await deliver('anna', 5, 'Old');
    for (const folder of ['INBOX', 'Drafts', 'Old']) {
      await dovecot.doveadm('flags', 'add', '-u', 'anna', '\\Seen', 'mailbox', folder, 'not', 'subject', 'number 3');
    }
    // Marked by somebody else, and not archived: an EXPUNGE without UIDs would take it along.
    await dovecot.doveadm('flags', 'add', '-u', 'anna', '\\Deleted', 'mailbox', 'INBOX', 'subject', 'number 3');

    const dry = await archive.runProfile(profileId);
    expect(dry).toMatchObject({ outcome: 'succeeded', counts: { archived: 3, excluded: 1 }, details: { deleted: 0 } });
    expect((await archive.jobLog(dry.jobId)).filter((line) => line.startsWith('would delete: '))).toHaveLength(3);
    expect(await subjectsIn('anna')).toEqual(['number 1', 'number 2', 'number 3']);

    await archive.json('PATCH', `/profiles/${profileId}`, { deletion: { afterDays: 0 } });
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', details: { deleted: 3, deletionKept: 0 } });
    expect(await subjectsIn('anna')).toEqual(['number 3']);
    expect(await subjectsIn('anna', 'Old')).toEqual([]);
    expect(await subjectsIn('anna', 'Drafts')).toEqual(['number 4']);
    expect(await archive.listAll(mailboxId)).toHaveLength(3);
  });

  test('waits for its days, and for its size', async () => {
    const late = await newProfile(archive, dovecot, 'ben', { deletion: { afterDays: 30 } });
    await deliver('ben', 1);
    await deliver('ben', 2, 'INBOX', 'x'.repeat(20_000));
    expect(await archive.runProfile(late.profileId)).toMatchObject({ details: { deleted: 0 } });
    const deletion = { afterDays: 0, largerThanBytes: 10_000 };
    await archive.json('PATCH', `/profiles/${late.profileId}`, { deletion });
    expect(await archive.runProfile(late.profileId)).toMatchObject({ details: { deleted: 1 } });
    expect(await subjectsIn('ben')).toEqual(['number 1']);
  });

  test('keeps what the archive does not give back, and says so', async () => {
    const { profileId } = await newProfile(archive, dovecot, 'carl');
    await deliver('carl', 1);
    await archive.runProfile(profileId);
    const messages = join(system.dataDir, 'objects', 'archive', 'messages');
    const { archiveId } = (await archive.listAll(await mailboxOf(profileId)))[0] ?? { archiveId: '' };
    for (const entry of await readdir(messages, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.parentPath.includes(archiveId)) {
        await writeFile(join(entry.parentPath, entry.name), 'damaged');
      }
    }
    await archive.json('PATCH', `/profiles/${profileId}`, { deletion: { afterDays: 0 } });
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'completedWithErrors', details: { deleted: 0, deletionKept: 1 } });
    expect(await subjectsIn('carl')).toEqual(['number 1']);
  });

  test('by POP3 counts once the session has ended well', async () => {
    const server = { protocol: 'pop3', host: '127.0.0.1', port: dovecot.pop3Port, security: 'plain' };
    const { profileId } = await newProfile(archive, dovecot, 'dora', { server, deletion: { afterDays: 0 } });
    await deliver('dora', 1);
    await deliver('dora', 2);
    expect(await archive.runProfile(profileId)).toMatchObject({
      outcome: 'succeeded',
      details: { deleted: 2, deletionUnknown: 0 },
    });
    expect(await subjectsIn('dora')).toEqual([]);
  });
});

async function mailboxOf(profileId: string): Promise<string> {
  const { target } = await archive.json<{ readonly target: { readonly mailboxId: string } }>(
    'GET',
    `/profiles/${profileId}`,
  );
  return target.mailboxId;
}
