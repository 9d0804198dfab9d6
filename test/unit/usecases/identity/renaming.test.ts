import { beforeEach, describe, expect, test } from 'vitest';
import { ConflictError, NotFoundError } from '../../../../shared/errors.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { findUser, getUser, listUsers } from '../../../../shared/usecases/identity/find-users.ts';
import { claimName } from '../../../../shared/usecases/identity/principal-names.ts';
import { authenticate } from '../../../../shared/usecases/identity/sessions.ts';
import { signIn } from '../../../../shared/usecases/identity/sign-in.ts';
import { createSettledWorld, type World } from '../configuration-world.ts';

let world: World;
const PASSWORD = 'a long password';
const ann = { userName: 'ann', privileges: ['login'], password: PASSWORD } as const;
const source = { sourceIp: '192.0.2.1', userAgent: 'test' };

beforeEach(async () => {
  world = await createSettledWorld();
});

const rename = (from: string, userName: string) => changeUser(world.identity, from, { userName });

describe('renaming a user', () => {
  test('keeps id, mailbox, access, password and sessions', async () => {
    const emailAddresses = ['ann@example.org'];
    const before = await createUser(world.identity, { ...ann, emailAddresses, createMailbox: true });
    const { token } = await signIn(world.identity, { ...source, userName: 'ann', password: PASSWORD });
    await rename('ann', 'Anna');
    expect(await getUser(world.ports, 'anna')).toEqual({ ...before, userName: 'Anna' });
    expect(await world.configuration.access.privilegesOn(before, before.mailboxId ?? '')).toEqual(['read']);
    expect(await authenticate(world.identity, token)).toMatchObject({ userName: 'Anna', userId: before.userId });
    await signIn(world.identity, { ...source, userName: 'anna', password: PASSWORD });
    expect(await findUser(world.ports, 'ann')).toBeUndefined();
    const { items } = await listUsers(world.ports, { limit: 10 });
    expect(items.map(({ userName }) => userName)).toEqual(['admin', 'Anna']);
  });

  test('leaves the old name to whoever comes, with nothing of the predecessor', async () => {
    const emailAddresses = ['ann@example.org'];
    const before = await createUser(world.identity, { ...ann, emailAddresses, createMailbox: true });
    await rename('ann', 'anna');
    const successor = await createUser(world.identity, ann);
    expect(successor.userId).not.toBe(before.userId);
    expect(await world.configuration.access.privilegesOn(successor, before.mailboxId ?? '')).toEqual([]);
  });

  test('changes the spelling of a name', async () => {
    await createUser(world.identity, ann);
    await rename('ann', 'ANN');
    expect(await getUser(world.ports, 'ann')).toMatchObject({ userName: 'ANN' });
  });

  test('refuses a name that is somebody’s, in any spelling, and changes nothing then', async () => {
    await createUser(world.identity, ann);
    await expect(rename('ann', 'Ａdmin'.normalize('NFKC'))).rejects.toThrow(ConflictError);
    expect(await getUser(world.ports, 'ann')).toMatchObject({ userName: 'ann' });
    expect(await getUser(world.ports, 'admin')).toMatchObject({ privileges: expect.arrayContaining(['admin']) });
  });

  test.each(['a\r\nX-Evil: 1', 'ann\u00a0lee', 'ann\u3164', 'ann\ufe0f', 'a\u034fnn', ''])(
    'to %j is refused',
    async (to) => {
      await createUser(world.identity, ann);
      await expect(rename('ann', to)).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );

  test('two at once leave one name, and the other free', async () => {
    await createUser(world.identity, ann);
    const results = await Promise.allSettled([rename('ann', 'one'), rename('ann', 'two')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const found = await Promise.all(['ann', 'one', 'two'].map((name) => findUser(world.ports, name)));
    expect(found.filter((user) => user !== undefined)).toHaveLength(1);
    for (const [index, userName] of ['ann', 'one', 'two'].entries()) {
      if (!found[index]) await createUser(world.identity, { userName });
    }
  });
});

test('a name that a crash left claimed counts for nobody and is free after a minute', async () => {
  await claimName(world.ports, 'ann', 'user-gone');
  await expect(getUser(world.ports, 'ann')).rejects.toThrow(NotFoundError);
  await expect(createUser(world.identity, ann)).rejects.toThrow(ConflictError);
  world.clock.advance(60_000);
  await createUser(world.identity, ann);
});
