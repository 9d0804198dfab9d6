import { beforeEach, describe, expect, test } from 'vitest';
import { GLOBAL_PRIVILEGES } from '../../../../shared/domain/privilege.ts';
import { principalKey, principalNameFault } from '../../../../shared/domain/user-name.ts';
import { ConflictError, InvalidRequestError, NotFoundError } from '../../../../shared/errors.ts';
import { getAccess, grantAccess } from '../../../../shared/usecases/access/access-grants.ts';
import { ensureAdministrator } from '../../../../shared/usecases/identity/administrators.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { deleteUser } from '../../../../shared/usecases/identity/delete-user.ts';
import { findUser, getUser, listUsers } from '../../../../shared/usecases/identity/find-users.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { getMailbox, listMailboxes } from '../../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { ADMIN_PASSWORD, createSettledWorld, type World } from '../configuration-world.ts';

let world: World;

beforeEach(async () => {
  world = await createSettledWorld();
});

const ann = { userName: 'Ann', privileges: ['login'], password: 'a long password' } as const;
const secondAdmin = { userName: 'root', privileges: ['admin'], password: 'a long password' } as const;

describe('names', () => {
  test.each([
    ['Ann', 'aNN'],
    ['Jörg', 'Jo\u0308rg'],
    ['STRASSE', 'straße'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ])('%s and %s are the same', (a, b) => {
    expect(principalKey(a)).toBe(principalKey(b));
  });

  test.each([
    ['empty', ''],
    ['a header field', 'ann\r\nX-Evil: 1'],
    ['a path', '../admin'],
    ['a key', 'ann#1'],
    ['a NUL', 'ann\0'],
    ['a right-to-left override', 'ann\u202Enimda'],
    ['full-width letters', 'ａｄｍｉｎ'],
    ['a trailing space', 'ann '],
    ['an unpaired surrogate', 'ann\ud800'],
    ['too long', 'a'.repeat(129)],
  ])('%s is refused', (_name, userName) => {
    expect(principalNameFault(userName)).toBeTypeOf('string');
  });

  test.each(['ann', 'Jörg Müller', "o'neill", 'ann@example.org', '山田', 'user-1_2.3+x'])('%s is fine', (userName) => {
    expect(principalNameFault(userName)).toBeUndefined();
  });
});

describe('createUser', () => {
  test('keeps no password', async () => {
    const user = await createUser(world.identity, ann);
    expect(JSON.stringify([user, world.logged])).not.toContain(ann.password);
    expect(user.passwordHash).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
  });

  test.each(['Ann', 'ANN', 'a\u006En'])('refuses a second %j', async (userName) => {
    await createUser(world.identity, ann);
    await expect(createUser(world.identity, { ...ann, userName })).rejects.toThrow(ConflictError);
  });

  test('lets only one of two at once have a name', async () => {
    const both = [createUser(world.identity, ann), createUser(world.identity, { ...ann, userName: 'ANN' })];
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test.each(['short', 'x'.repeat(1_025)])('refuses the password %.10s', async (password) => {
    await expect(createUser(world.identity, { ...ann, password })).rejects.toThrow(InvalidRequestError);
    expect(await findUser(world.ports, 'ann')).toBeUndefined();
  });

  test('makes a mailbox that the user may read', async () => {
    const emailAddresses = ['ann@example.org', 'a@example.org'];
    const { mailboxId = '' } = await createUser(world.identity, {
      ...ann,
      fullName: 'Ann A',
      emailAddresses,
      createMailbox: true,
    });
    const mailbox = { name: 'Ann A', primaryAddress: 'ann@example.org', secondaryAddresses: ['a@example.org'] };
    expect(await getMailbox(world.ports, mailboxId)).toMatchObject(mailbox);
    expect(await getAccess(world.ports, mailboxId, 'ann')).toMatchObject({ principal: 'Ann', privileges: ['read'] });
  });

  test('leaves no user where an address of the mailbox is in use, and no mailbox where the name is', async () => {
    await createMailbox(world.configuration, { name: 'Other', primaryAddress: 'ann@example.org' });
    const wanted = { ...ann, emailAddresses: ['ann@example.org'], createMailbox: true };
    await expect(createUser(world.identity, wanted)).rejects.toMatchObject({ code: 'address_in_use' });
    expect(await findUser(world.ports, 'ann')).toBeUndefined();
    const taken = { ...wanted, userName: 'admin', emailAddresses: ['admin@example.org'] };
    await expect(createUser(world.identity, taken)).rejects.toThrow(ConflictError);
    expect((await listMailboxes(world.ports, { limit: 10 })).items).toHaveLength(1);
  });

  test('refuses a hundred and one addresses', async () => {
    const emailAddresses = Array.from({ length: 101 }, (_, i) => `a${i}@example.org`);
    await expect(createUser(world.identity, { ...ann, emailAddresses })).rejects.toThrow(InvalidRequestError);
  });
});

describe('changeUser', () => {
  test('changes what is given, and removes a full name', async () => {
    await createUser(world.identity, { ...ann, fullName: 'Ann A', emailAddresses: ['a@example.org'] });
    const changed = await changeUser(world.identity, 'ANN', { fullName: null, privileges: ['login', 'export'] });
    expect(changed).toMatchObject({ emailAddresses: ['a@example.org'], privileges: ['login', 'export'] });
    expect('fullName' in changed).toBe(false);
  });

  test.each([{ disabled: true }, { privileges: ['login' as const] }])(
    'refuses %j for the last administrator',
    async (change) => {
      await expect(changeUser(world.identity, 'admin', change)).rejects.toThrow(ConflictError);
      await createUser(world.identity, secondAdmin);
      expect(await changeUser(world.identity, 'admin', change)).toMatchObject(change);
    },
  );

  test('does not count administrators who cannot sign in', async () => {
    await createUser(world.identity, { userName: 'root', privileges: ['admin'] });
    await expect(changeUser(world.identity, 'admin', { disabled: true })).rejects.toThrow(ConflictError);
  });

  test('two administrators who disable each other at once do not both succeed', async () => {
    await createUser(world.identity, secondAdmin);
    await Promise.allSettled(
      ['admin', 'root'].map((name) => changeUser(world.process().identity, name, { disabled: true })),
    );
    const users = await Promise.all(['admin', 'root'].map((name) => getUser(world.ports, name)));
    expect(users.some(({ disabled }) => !disabled)).toBe(true);
  });
});

describe('deleteUser', () => {
  test('takes what was granted, not the mailbox', async () => {
    await createUser(world.identity, { ...ann, emailAddresses: ['ann@example.org'], createMailbox: true });
    const { mailboxId = '' } = await getUser(world.ports, 'ann');
    await deleteUser(world.identity, 'ann');
    await expect(getUser(world.ports, 'ann')).rejects.toThrow(NotFoundError);
    expect(await getMailbox(world.ports, mailboxId)).toMatchObject({ mailboxId });
    const successor = await createUser(world.identity, ann);
    expect(await world.configuration.access.privilegesOn(successor, mailboxId)).toEqual([]);
  });

  test('refuses the last administrator', async () => {
    await expect(deleteUser(world.identity, 'admin')).rejects.toThrow(ConflictError);
    await createUser(world.identity, secondAdmin);
    await deleteUser(world.identity, 'admin');
    await expect(deleteUser(world.identity, 'root')).rejects.toThrow(ConflictError);
  });
});

test('the administrator is made once and keeps the first password', async () => {
  const before = await getUser(world.ports, 'admin');
  expect(before.privileges).toEqual(GLOBAL_PRIVILEGES);
  expect(await ensureAdministrator(world.identity, { password: `${ADMIN_PASSWORD}!`, isMadeUp: true })).toBe('exists');
  expect(await getUser(world.ports, 'admin')).toEqual(before);
});

test('users are listed by name, page by page', async () => {
  for (const userName of ['zoe', 'Bob', 'ann']) await createUser(world.identity, { ...ann, userName });
  const first = await listUsers(world.ports, { limit: 3 });
  const second = await listUsers(world.ports, { limit: 3, cursor: first.cursor ?? '' });
  expect([...first.items, ...second.items].map(({ userName }) => userName)).toEqual(['admin', 'ann', 'Bob', 'zoe']);
  expect(second.cursor).toBeUndefined();
});

test('access can be granted to known names only', async () => {
  const { mailboxId } = await createMailbox(world.configuration, { name: 'M', primaryAddress: 'm@example.org' });
  const grant = { mailboxId, principal: 'nobody', privileges: ['read'], grantedBy: 'admin' } as const;
  await expect(grantAccess(world.configuration, grant)).rejects.toThrow(NotFoundError);
  await expect(
    grantAccess(world.configuration, { ...grant, principal: 'admin', mailboxId: 'mb-none' }),
  ).rejects.toThrow(NotFoundError);
});
