import { beforeEach, describe, expect, test } from 'vitest';
import { RateLimitedError, UnauthenticatedError } from '../../../../shared/errors.ts';
import { createGroup } from '../../../../shared/usecases/groups/change-group.ts';
import { ensureAdministrator } from '../../../../shared/usecases/identity/administrators.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { checkPassword } from '../../../../shared/usecases/identity/check-password.ts';
import { COMMON_PASSWORD_COUNT, isCommonPassword } from '../../../../shared/usecases/identity/common-passwords.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { createIdentityContext } from '../../../../shared/usecases/identity/identity-context.ts';
import { authenticate, endAllSessions } from '../../../../shared/usecases/identity/sessions.ts';
import { signIn } from '../../../../shared/usecases/identity/sign-in.ts';
import { SignInGate } from '../../../../shared/usecases/identity/sign-in-gate.ts';
import { CHEAP, createSettledWorld, createWorld, type World } from '../configuration-world.ts';
import { countingTables } from '../counting-tables.ts';

let world: World;
const PASSWORD = 'a long password';

beforeEach(async () => {
  world = await createSettledWorld();
  await createUser(world.identity, { userName: 'ann', privileges: ['login'], password: PASSWORD });
});

const from = (sourceIp: string, userName = 'ann', password = PASSWORD) =>
  signIn(world.identity, { userName, password, sourceIp, userAgent: 'test' });

describe('a refused sign-in', () => {
  test.each([
    ['nobody', 'wrong password'],
    ['disabled', PASSWORD],
    ['without password', PASSWORD],
    ['may not sign in', PASSWORD],
    ['second factor', 'wrong password'],
    ['a group', PASSWORD],
    ['\0 no name', PASSWORD],
  ])('of "%s" costs the work of a wrong password: the same table calls and hashes', async (userName, password) => {
    await createUser(world.identity, { userName: 'disabled', privileges: ['login'], password: PASSWORD });
    await changeUser(world.identity, 'disabled', { disabled: true });
    await createUser(world.identity, { userName: 'without password', privileges: ['login'] });
    await createUser(world.identity, { userName: 'may not sign in', privileges: [], password: PASSWORD });
    await createUser(world.identity, { userName: 'second factor', privileges: ['login'], password: PASSWORD });
    await createGroup(world.configuration, { groupName: 'a group' });

    async function workOf(name: string, tried: string) {
      const { tables, taken } = countingTables(world.ports.tables);
      let entropyBytes = 0;
      let hashes = 0;
      const passwordCost = {
        get memoryKiB() {
          hashes += 1;
          return CHEAP.memoryKiB;
        },
        passes: CHEAP.passes,
      };
      const entropy = {
        bytes: (count: number) => {
          entropyBytes += count;
          return world.ports.entropy.bytes(count);
        },
      };
      const { configuration } = world;
      const identity = createIdentityContext({ ...world.ports, tables, entropy }, { configuration, passwordCost });
      const attempt = { userName: name, password: tried, sourceIp: '192.0.2.9', userAgent: 'test' };
      const error = await signIn(identity, attempt).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnauthenticatedError);
      return { calls: taken().calls, entropyBytes, message: String(error), hashes: hashes > 0 ? 'own cost' : 'stored' };
    }
    const known = await workOf('ann', 'wrong password');
    const refused = await workOf(userName, password);
    // Where nothing is stored, the hash is made at the cost that stored ones have.
    const { hashes: _ofKnown, ...workOfKnown } = known;
    const { hashes, ...work } = refused;
    expect(work).toEqual(workOfKnown);
    const isStored = ['disabled', 'may not sign in', 'second factor'].includes(userName);
    expect(hashes).toBe(isStored ? 'stored' : 'own cost');
  });
});

describe('the initial password', () => {
  const PRINTED = 'printed at the first start';
  const asAdmin = (sourceIp: string, password = PRINTED) => from(sourceIp, 'admin', password);

  beforeEach(async () => {
    world = createWorld();
    await ensureAdministrator(world.identity, { password: PRINTED, isMadeUp: true });
  });

  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.1.2.3'])('counts from %s', async (sourceIp) => {
    await asAdmin(sourceIp);
  });

  test.each(['192.0.2.1', '2001:db8::1', '', 'unknown', '::ffff:192.0.2.1', '1.127.0.0'])(
    'does not from %j, in the words of a wrong one',
    async (sourceIp) => {
      await expect(asAdmin(sourceIp)).rejects.toThrow('wrong user name or password');
    },
  );

  test('counts from anywhere once it was changed', async () => {
    await changeUser(world.identity, 'admin', { fullName: 'Root' });
    await expect(asAdmin('192.0.2.1')).rejects.toThrow(UnauthenticatedError);
    await changeUser(world.identity, 'admin', { password: 'one of their own' });
    await asAdmin('192.0.2.1', 'one of their own');
  });

  test('that was set from outside counts from anywhere', async () => {
    world = createWorld();
    await ensureAdministrator(world.identity, { password: PRINTED, isMadeUp: false });
    await asAdmin('192.0.2.1');
  });
});

describe('a flood of sign-ins', () => {
  test('is turned away before it costs anything', async () => {
    const { tables, taken } = countingTables(world.ports.tables);
    const { configuration } = world;
    const identity = createIdentityContext({ ...world.ports, tables }, { configuration, passwordCost: CHEAP });
    const wrong = (i: number) =>
      signIn(identity, { userName: `u${i}`, password: 'wrong', sourceIp: `192.0.2.${i}`, userAgent: 'test' });
    const few = await Promise.allSettled(Array.from({ length: 32 }, (_, i) => wrong(i)));
    const cost = taken().calls.length;
    const many = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => wrong(i)));
    const limited = many.filter((one) => one.status === 'rejected' && one.reason instanceof RateLimitedError);
    expect(few).toHaveLength(32);
    expect(limited).toHaveLength(168);
    expect(taken().calls.length).toBeLessThanOrEqual(cost);
  });

  test('from one network leaves places to others, and gives its places back', async () => {
    const gate = new SignInGate();
    const ends: (() => void)[] = [];
    const attempt = (sourceIp: string) => gate.pass(sourceIp, () => new Promise<void>((resolve) => ends.push(resolve)));
    const flood = Array.from({ length: 100 }, () => attempt('192.0.2.1'));
    const refused = Promise.allSettled(flood);
    const other = attempt('198.51.100.1');
    for (const end of ends.splice(0)) end();
    await other;
    expect((await refused).filter(({ status }) => status === 'rejected')).toHaveLength(80);
    const again = attempt('192.0.2.1');
    for (const end of ends.splice(0)) end();
    await again;
  });
});

describe('passwords', () => {
  test.each([
    'password',
    'Passw0rd!',
    'P@ssword1',
    'qwertz123',
    '12345678',
    'Summer2025',
    'letmein123',
    'aaaaaaaa',
    'abababab',
  ])('%s is among the most common', (password) => {
    expect(isCommonPassword(password)).toBe(true);
    expect(() => checkPassword(password, 'ann')).toThrow('tried first');
  });

  test.each(['a long password', 'correct horse battery', 'passwordless entry', 'zugspitze-3017', 'ßßäöüèéê'])(
    '%s is not',
    (password) => {
      expect(() => checkPassword(password, 'ann')).not.toThrow();
    },
  );

  test('are not the user name', () => {
    expect(() => checkPassword('Annabella Jo', 'annabella jo')).toThrow('user name');
  });

  test('are compared with about a thousand', () => {
    expect(COMMON_PASSWORD_COUNT).toBeGreaterThan(1_000);
  });
});

test('all sessions of a user end but the one that is kept', async () => {
  const [kept, other] = [await from('192.0.2.1'), await from('192.0.2.1')];
  world.clock.advance(1);
  await endAllSessions(world.identity, 'ann', kept.session.sessionId);
  await authenticate(world.identity, kept.token);
  await expect(authenticate(world.identity, other.token)).rejects.toThrow(UnauthenticatedError);
  await endAllSessions(world.identity, 'ann');
  await expect(authenticate(world.identity, kept.token)).rejects.toThrow(UnauthenticatedError);
});
