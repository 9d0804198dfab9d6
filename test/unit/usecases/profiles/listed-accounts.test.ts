import { describe, expect, test } from 'vitest';
import type { MailServer } from '../../../../shared/domain/mail-server.ts';
import type { ListedMailboxes, Profile, SeveralMailboxes } from '../../../../shared/domain/profile.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { changeProfile, createProfile, deleteProfile } from '../../../../shared/usecases/profiles/change-profiles.ts';
import { listedAccounts } from '../../../../shared/usecases/profiles/keep-account-list.ts';
import { mailboxesOfList } from '../../../../shared/usecases/profiles/mailboxes-of-list.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const HEADINGS = 'IMAP user name,password,e-mail address,archive user\n';
const SERVER: MailServer = {
  protocol: 'imap',
  host: 'mail.example.org',
  port: 993,
  security: 'tls',
  acceptAllCertificates: false,
  timeoutSeconds: 60,
};

async function createWorld(seed: string, rows: readonly string[], createUsers = true) {
  const ports = createMemoryPorts(seed);
  const profile = await createProfile(ports, ports, {
    name: 'all',
    server: SERVER,
    several: { csv: HEADINGS + rows.join('\n'), createUsers, atOnce: 2 },
    folders: { include: [], exclude: [], shared: false },
    filter: { unread: true },
    target: { ownMailbox: true },
    compareEveryDays: 7,
  });
  const find = async (mayGoOn = () => true) =>
    await mailboxesOfList({ ports, journalDomain: 'journal.example.org' }, profile, listOf(profile.several), mayGoOn);
  return { ports, profile, find };
}

function listOf(several: SeveralMailboxes | undefined): ListedMailboxes {
  if (!several || !('list' in several)) throw new Error('no list');
  return several;
}

async function passwordsOf({
  ports,
  profile,
}: Pick<Awaited<ReturnType<typeof createWorld>>, 'ports'> & { readonly profile: Profile }) {
  const { list } = listOf(profile.several);
  const passwords: string[] = [];
  for await (const { password } of listedAccounts(ports, profile.profileId, list)) passwords.push(password);
  return passwords;
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, n) => `user${n},secret-${n},user${n}@example.org,user ${n}`);

describe('a list of accounts', () => {
  test('is kept sealed, in parts, and given back in its order', async () => {
    const world = await createWorld('sealed', rows(200));
    expect(await passwordsOf(world)).toEqual(Array.from({ length: 200 }, (_, n) => `secret-${n}`));
    const stored = JSON.stringify((await world.ports.tables.scan('configuration', { limit: 1_000 })).items);
    expect(stored).not.toContain('secret-');
    expect(stored).not.toContain('user0@');
  });

  test('stays with a change that gives none, goes with one that does, and with the profile', async () => {
    const { ports, profile } = await createWorld('changed', rows(3));
    const before = listOf(profile.several);
    const { profileId } = profile;
    const same = await changeProfile(ports, ports, profileId, { several: { createUsers: false, atOnce: 5 } });
    expect(same.several).toEqual({ list: before.list, createUsers: false, atOnce: 5 });
    const several = { csv: `${HEADINGS}a,new,a@example.org,a`, createUsers: true, atOnce: 5 };
    const other = await changeProfile(ports, ports, profileId, { several });
    expect(await passwordsOf({ ports, profile: other })).toEqual(['new']);
    await expect(passwordsOf({ ports, profile })).rejects.toThrow('missing');
    await deleteProfile(ports, profileId);
    await expect(passwordsOf({ ports, profile: other })).rejects.toThrow('missing');
  });

  test('is not sent to another server than it was given for', async () => {
    const { ports, profile } = await createWorld('server', rows(1));
    const server = { ...SERVER, host: 'elsewhere.example.org' };
    await expect(changeProfile(ports, ports, profile.profileId, { server })).rejects.toThrow('several.csv');
  });

  test('has users made that are missing, who are no administrators, once', async () => {
    const { find } = await createWorld('users', rows(3));
    const found = await find();
    expect(found).toMatchObject({ leftOut: [], errors: 0 });
    expect(found?.mailboxes.map(({ account }) => account)).toEqual(['user0', 'user1', 'user2']);
    expect(await find()).toEqual(found);
  });

  test('makes nobody where the profile does not say so', async () => {
    const { find } = await createWorld('nobody', rows(1), false);
    expect(await find()).toEqual({ mailboxes: [], leftOut: ['user 0 is no user'], errors: 1 });
  });

  test("makes no user of an address that is or was another mailbox's", async () => {
    const { ports, find } = await createWorld('claimed', rows(2));
    const configuration = createConfigurationContext(ports, { journalDomain: 'journal.example.org' });
    await createMailbox(configuration, { name: 'other', primaryAddress: 'user1@example.org' });
    const found = await find();
    expect(found?.mailboxes).toHaveLength(1);
    expect(found?.leftOut).toEqual(['user 1 is not made: another mailbox has or had the address']);
  });

  test('is gone on with where there was no time for all of it', async () => {
    const { find } = await createWorld('slices', rows(3));
    let asked = 0;
    expect(await find(() => asked++ < 2)).toBeUndefined();
    expect((await find())?.mailboxes).toHaveLength(3);
  });
});
