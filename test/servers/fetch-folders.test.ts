import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Archive } from './archive.ts';
import { type Dovecot, type DovecotOptions, startDovecot } from './dovecot.ts';
import { imapServer, mailFor, newProfile } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;
let archive: Archive;

beforeAll(async () => {
  system = await startLocalSystem();
  archive = await Archive.signIn(system);
});
afterAll(() => discard(system));

async function withDovecot(options: DovecotOptions, use: (dovecot: Dovecot) => Promise<void>): Promise<void> {
  const dovecot = await startDovecot(options);
  try {
    await use(dovecot);
  } finally {
    await dovecot.stop();
  }
}

/** A namespace of folders that all users share. */
const SHARED = [
  'namespace public {',
  '  type = public',
  '  separator = SEPARATOR',
  '  prefix = PREFIX',
  '  location = sdbox:DIRECTORY/public',
  '  subscriptions = no',
  '  list = yes',
  '}',
];
const shared = (prefix: string, separator: string) =>
  SHARED.map((line) => line.replace('SEPARATOR', separator).replace('PREFIX', prefix));

describe('folders', () => {
  test('below a prefix, with dots between: the prefix is no folder, and shared folders are left to who asks', async () => {
    const options = { format: 'sdbox', prefix: 'INBOX.', separator: '.', extra: shared('shared.', '.') } as const;
    await withDovecot(options, async (dovecot) => {
      const mail = mailFor('prefix');
      await dovecot.save('prefix', 'INBOX', mail(1));
      await dovecot.save('prefix', 'INBOX.Clients.A B', mail(2));
      await dovecot.save('prefix', 'shared.Team', mail(3));
      const own = await newProfile(archive, dovecot, 'prefix');
      expect(await archive.runProfile(own.profileId)).toMatchObject({ outcome: 'succeeded', counts: { seen: 2 } });
      expect((await archive.folders(own.mailboxId)).toSorted()).toEqual(['Clients/A B', 'Inbox']);
      const folders = { shared: true };
      const all = await newProfile(archive, dovecot, 'prefix', { folders });
      expect(await archive.runProfile(all.profileId)).toMatchObject({ counts: { seen: 3, archived: 1, duplicate: 2 } });
      expect(await archive.folders(all.mailboxId)).toContain('shared/Team');
    });
  });

  test('200 levels deep, in scripts of all kinds, chosen by wildcards, below a folder of the archive', async () => {
    await withDovecot({ format: 'sdbox' }, async (dovecot) => {
      const mail = mailFor('deep');
      const deep = Array.from({ length: 200 }, (_, level) => `${level}`).join('/');
      const names = [deep, 'Ελληνικά/日本語', '😀 smile', 'with "quotes" and \\backslash', 'percent%star*', 'UPPER'];
      for (const [number, name] of names.entries()) await dovecot.save('deep', name, mail(number));
      const folders = { exclude: ['upper'] };
      const target = (mailboxId: string) => ({ target: { mailboxId, folder: 'Old server' }, folders });
      const { mailboxId } = await newProfile(archive, dovecot, 'deep');
      const { profileId } = await archive.json<{ readonly profileId: string }>('POST', '/profiles', {
        name: 'deep',
        server: imapServer(dovecot.imapPort),
        credentials: { userName: 'deep', password: 'dovecot-secret' },
        ...target(mailboxId),
      });
      const job = await archive.runProfile(profileId);
      expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 5, archived: 5 } });
      const found = await archive.folders(mailboxId);
      expect(found).toContain('Old server/Ελληνικά/日本語');
      expect(found).toContain('Old server/😀 smile');
      expect(found.filter((name) => name.startsWith('Old server/0/1/2/3/'))).toHaveLength(1);
      const items = await archive.listAll(mailboxId);
      expect(items).toHaveLength(5);
    });
  });
});

test('a multidrop mailbox is filed by the addresses in its mail; what is for nobody is left out and counted', async () => {
  await withDovecot({}, async (dovecot) => {
    const anna = await archive.createMailbox('Anna', 'anna.multi@example.net');
    const mail = (to: string, number: number, top = '') =>
      Buffer.concat([
        Buffer.from(top),
        Buffer.from(mailFor('x')(number, `multi ${number}`).toString().replace('x@example.org', to)),
      ]);
    await dovecot.put('all', [
      ['cur/1.a:2,', mail('Anna <anna.multi@example.net>', 1)],
      ['cur/2.b:2,', mail('stranger@example.com', 2)],
      // A trusted host wrote whose it is; what the header says is another matter.
      [
        'cur/3.c:2,',
        mail(
          'list@example.com',
          3,
          'X-Original-To: anna.multi@example.net\r\nReceived: from a by mx.example.net; Mon, 2 Mar 2026 10:00:00 +0000\r\n',
        ),
      ],
      [
        'cur/4.d:2,',
        mail(
          'list@example.com',
          4,
          'X-Original-To: anna.multi@example.net\r\nReceived: from a by mx.evil.example; Mon, 2 Mar 2026 10:00:00 +0000\r\n',
        ),
      ],
    ]);
    const multidrop = { trustedHosts: ['mx.example.net'], folder: 'From {h-email}' };
    const { profileId } = await newProfile(archive, dovecot, 'all', { target: { multidrop } });
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 4, archived: 2, excluded: 2 } });
    expect(await archive.folders(anna)).toEqual(['From anna.multi@example.net']);
    expect((await archive.runProfile(profileId)).counts).toMatchObject({ seen: 0 });
  });
});
