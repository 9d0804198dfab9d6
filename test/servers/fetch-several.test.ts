import { afterAll, beforeAll, expect, test } from 'vitest';
import { Archive } from './archive.ts';
import { type Dovecot, MASTER, PASSWORD, startDovecot } from './dovecot.ts';
import { imapServer, mailFor } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';

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

async function newUser(userName: string, emailAddresses: readonly string[]): Promise<string> {
  const body = {
    userName,
    emailAddresses,
    privileges: ['login'],
    password: 'correct horse battery',
    createMailbox: true,
  };
  const user = await archive.json<{ readonly mailboxId: string }>('POST', '/users', body);
  return user.mailboxId;
}

test.each([
  { name: 'by authorisation identity', several: { accountName: '{local}' }, signIn: MASTER.userName },
  {
    name: 'as a master user in the name',
    several: { accountName: '{local}', signInAs: `{account}*${MASTER.userName}` },
    signIn: 'unused',
  },
])('the mailboxes of users are fetched into their own $name', async ({ name, several, signIn }) => {
  const tag = name.startsWith('by') ? 'a' : 'b';
  const users = [`${tag}-anna`, `${tag}-ben`, `${tag}-carl`];
  const mailboxes = new Map<string, string>();
  for (const userName of users) {
    mailboxes.set(userName, await newUser(userName, [`${userName}@several.example`]));
    await dovecot.put(userName, [['cur/1.a:2,', mailFor(userName)(1)]]);
  }
  await dovecot.put(`${tag}-ben`, [['Old/cur/2.b:2,', mailFor(`${tag}-ben`)(2)]]);
  const { profileId } = await archive.json<{ readonly profileId: string }>('POST', '/profiles', {
    name,
    server: imapServer(dovecot.imapPort),
    credentials: { userName: signIn, password: MASTER.password },
    several: { ...several, users: { only: users }, atOnce: 2 },
    target: { ownMailbox: true },
  });
  const job = await archive.runProfile(profileId);
  expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 4, archived: 4 }, details: { mailboxes: 3 } });
  const { items } = await archive.json<{ readonly items: readonly object[] }>('GET', `/jobs?profile=${profileId}`);
  expect(items).toHaveLength(4);
  const ben = mailboxes.get(`${tag}-ben`) ?? '';
  await archive.json('PUT', `/mailboxes/${ben}/access/admin`, { privileges: ['read'] });
  expect((await archive.listAll(ben)).map(({ folder }) => folder).toSorted()).toEqual(['Inbox', 'Old']);
});

test('the mailboxes of a list are fetched, each with its own password, and users that are missing are made', async () => {
  await newUser('c-anna', ['c-anna@several.example']);
  for (const account of ['c-anna', 'c-ben', 'c-carl'])
    await dovecot.put(account, [['cur/1.a:2,', mailFor(account)(1)]]);
  const line = (account: string, password = PASSWORD) => `${account};${password};${account}@several.example;${account}`;
  const csv = ['IMAP-User name;Password;E-Mail;Archive user', line('c-anna'), line('c-ben'), line('c-carl', 'wrong')];
  const { profileId } = await archive.json<{ readonly profileId: string }>('POST', '/profiles', {
    name: 'list',
    server: imapServer(dovecot.imapPort),
    several: { csv: csv.join('\r\n'), createUsers: true, atOnce: 3 },
    target: { ownMailbox: true },
  });
  const job = await archive.runProfile(profileId);
  expect(job).toMatchObject({
    outcome: 'completedWithErrors',
    counts: { seen: 2, archived: 2 },
    details: { mailboxes: 3, mailboxesWithErrors: 1, mailboxesLeftOut: 0 },
  });
  const { mailboxId } = await archive.json<{ readonly mailboxId: string }>('GET', '/users/c-ben');
  await archive.json('PUT', `/mailboxes/${mailboxId}/access/admin`, { privileges: ['read'] });
  expect(await archive.listAll(mailboxId)).toHaveLength(1);
  csv[3] = line('c-carl');
  const several = { csv: csv.join('\r\n'), createUsers: true, atOnce: 3 };
  const shown = await archive.json('PATCH', `/profiles/${profileId}`, { several });
  expect(JSON.stringify(shown)).not.toContain(PASSWORD);
  expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'succeeded', counts: { seen: 1, archived: 1 } });
});
