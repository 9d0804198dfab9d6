import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { RateLimitedError, UnauthenticatedError } from '../../../../shared/errors.ts';
import { changeOwnPassword } from '../../../../shared/usecases/identity/change-own-password.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { deleteUser } from '../../../../shared/usecases/identity/delete-user.ts';
import { authenticate, endSession, listSessions } from '../../../../shared/usecases/identity/sessions.ts';
import { signIn } from '../../../../shared/usecases/identity/sign-in.ts';
import { createSettledWorld, type World } from '../configuration-world.ts';

let world: World;
const PASSWORD = 'a long password';

beforeEach(async () => {
  world = await createSettledWorld();
  await createUser(world.identity, { userName: 'Ann', privileges: ['login', 'changePassword'], password: PASSWORD });
});

const attempt = (password = PASSWORD, userName = 'ann', sourceIp = '192.0.2.1') =>
  signIn(world.identity, { userName, password, sourceIp, userAgent: 'test' });

describe('signIn', () => {
  test('gives a token that speaks for the user', async () => {
    const { token, session } = await attempt();
    const { sessionId, userId } = session;
    const caller = { userId, userName: 'Ann', privileges: ['login', 'changePassword'], sessionId };
    expect(await authenticate(world.identity, token)).toEqual(caller);
  });

  test.each([
    ['a wrong password', 'Ann', 'another password'],
    ['an unknown user', 'nobody', PASSWORD],
    ['a name that is none', '\0\r\n#', PASSWORD],
    ['an empty password', 'Ann', ''],
  ])('refuses %s in the same words', async (_name, userName, password) => {
    await expect(attempt(password, userName)).rejects.toThrow('wrong user name or password');
  });

  test.each([
    ['disabled', { disabled: true }],
    ['without the privilege to sign in', { privileges: ['export' as const] }],
  ])('refuses a user %s in the same words', async (_name, change) => {
    await changeUser(world.identity, 'ann', change);
    await expect(attempt()).rejects.toThrow('wrong user name or password');
  });

  test('refuses a user who has no password', async () => {
    await createUser(world.identity, { userName: 'bob', privileges: ['login'] });
    await expect(attempt('', 'bob')).rejects.toThrow(UnauthenticatedError);
  });
});

describe('too many attempts', () => {
  const fail = async (times: number, userName = 'ann', sourceIp = '192.0.2.1') => {
    for (let i = 0; i < times; i++) await attempt('wrong password', userName, sourceIp).catch(() => undefined);
  };
  const waitOf = async (result: Promise<unknown>) => {
    const error = await result.catch((thrown: unknown) => thrown);
    return error instanceof RateLimitedError ? error.retryAfterSeconds : 0;
  };

  test.each(['ann', 'nobody'])('make %s wait, longer each time, right password or not', async (userName) => {
    await fail(5, userName);
    expect(await waitOf(attempt(PASSWORD, userName))).toBe(1);
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      world.clock.advance(300_000);
      await fail(1, userName);
      waits.push(await waitOf(attempt(PASSWORD, userName)));
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  test('end with a success, and are forgotten in time', async () => {
    await fail(5);
    world.clock.advance(1_000);
    await attempt();
    await fail(4);
    await attempt();
    await fail(5);
    world.clock.advance(902_000);
    await fail(4);
    await attempt();
  });

  test('of one user do not make another one wait, those of one address do', async () => {
    await fail(5, 'ann');
    await attempt('another password', 'bob').catch((error: unknown) =>
      expect(error).toBeInstanceOf(UnauthenticatedError),
    );
    for (let i = 0; i < 50; i++) await fail(1, `user${i}`, '198.51.100.1');
    expect(await waitOf(attempt('x', 'zoe', '198.51.100.1'))).toBeGreaterThan(0);
    expect(await waitOf(attempt('x', 'zoe', '::ffff:198.51.100.1'))).toBeGreaterThan(0);
    expect(await waitOf(attempt('x', 'zoe', '198.51.100.2'))).toBe(0);
  });

  test('are counted by network where the address is IPv6', async () => {
    for (let i = 0; i < 50; i++) await fail(1, `user${i}`, `2001:db8::${i.toString(16)}`);
    expect(await waitOf(attempt('x', 'zoe', '2001:db8:0:0:ffff::1'))).toBeGreaterThan(0);
    expect(await waitOf(attempt('x', 'zoe', '2001:db8:0:1::1'))).toBe(0);
  });

  test('in a burst do not outrun the count', async () => {
    const burst = await Promise.allSettled(Array.from({ length: 60 }, (_, i) => attempt(`wrong password ${i}`)));
    const guesses = burst.filter(
      ({ status, ...rest }) => 'reason' in rest && rest.reason instanceof UnauthenticatedError,
    );
    expect(guesses.length).toBeLessThanOrEqual(20);
    expect(await waitOf(attempt())).toBeGreaterThan(0);
  });

  test('twenty sign-ins at once with the right password are none', async () => {
    await Promise.all(Array.from({ length: 20 }, () => attempt()));
  });
});

describe('authenticate', () => {
  const claims = () => {
    const now = Math.floor(world.clock.now().getTime() / 1000);
    return { iss: 'letterlock', aud: 'letterlock-api', exp: now + 3_600 };
  };
  const tokens: readonly [string, (sessionId: string) => Promise<string>][] = [
    ['an unsigned one', async (jti) => new UnsecuredJWT({ ...claims(), jti }).encode()],
    ['one of another key', (jti) => signed({ ...claims(), jti }, Buffer.alloc(32, 7))],
    ['one of another algorithm', async (jti) => signed({ ...claims(), jti }, await key(), 'HS384')],
    ['one for somebody else', async (jti) => signed({ ...claims(), jti, aud: 'other' }, await key())],
    ['one without an end', async (jti) => signed({ ...claims(), jti, exp: undefined }, await key())],
    ['an expired one', async (jti) => signed({ ...claims(), jti, exp: 1 }, await key())],
    ['one of no session', async () => signed({ ...claims(), jti: 'session-none' }, await key())],
    [
      'one whose header chooses no algorithm',
      async (jti) => forged({ alg: 'none' }, { ...claims(), jti }, await key()),
    ],
    [
      'one with a key in its header',
      async (jti) => forged({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, { ...claims(), jti }, Buffer.alloc(3)),
    ],
    ['rubbish', async () => 'a.b.c'],
    ['an endless one', async () => 'a'.repeat(100_000)],
  ];
  const key = () => world.ports.secrets.get('session-signing');

  test.each(tokens)('refuses %s', async (_name, make) => {
    const { session } = await attempt();
    await expect(authenticate(world.identity, await make(session.sessionId))).rejects.toThrow(UnauthenticatedError);
  });

  test('refuses a token after twelve hours', async () => {
    const { token } = await attempt();
    world.clock.advance(12 * 3_600_000 - 1_000);
    await authenticate(world.identity, token);
    world.clock.advance(1_000);
    await expect(authenticate(world.identity, token)).rejects.toThrow(UnauthenticatedError);
  });

  const ends: readonly [string, (sessionId: string) => Promise<unknown>][] = [
    ['it was ended', (sessionId) => endSession(world.identity, sessionId)],
    ['its user was disabled', () => changeUser(world.identity, 'ann', { disabled: true })],
    ['its user may not sign in any more', () => changeUser(world.identity, 'ann', { privileges: [] })],
    ['its user was deleted', () => deleteUser(world.identity, 'ann')],
    ['its user has another password', () => changeUser(world.identity, 'ann', { password: 'another password' })],
  ];

  test.each(ends)('refuses a session once %s: here at once, elsewhere within five seconds', async (_name, end) => {
    const { token, session } = await attempt();
    const elsewhere = world.process().identity;
    await authenticate(elsewhere, token);
    world.clock.advance(1);
    await end(session.sessionId);
    await expect(authenticate(world.identity, token)).rejects.toThrow(UnauthenticatedError);
    world.clock.advance(5_000);
    await expect(authenticate(elsewhere, token)).rejects.toThrow(UnauthenticatedError);
  });

  test('refuses the session of a predecessor of the same name', async () => {
    const { token } = await attempt();
    await deleteUser(world.identity, 'ann');
    await createUser(world.identity, { userName: 'Ann', privileges: ['login'], password: PASSWORD });
    await expect(authenticate(world.identity, token)).rejects.toThrow(UnauthenticatedError);
  });

  function signed(payload: { [name: string]: unknown }, signingKey: Uint8Array, alg = 'HS256'): Promise<string> {
    return new SignJWT(payload)
      .setProtectedHeader({ alg })
      .sign(Buffer.concat([signingKey, Buffer.alloc(alg === 'HS256' ? 0 : 32)]));
  }

  function forged(header: object, payload: object, signingKey: Uint8Array): string {
    const input = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${input}.${createHmac('sha256', signingKey).update(input).digest('base64url')}`;
  }
});

test('sessions are listed newest first, ended ones left out', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    world.clock.advance(1_000);
    ids.unshift((await attempt()).session.sessionId);
  }
  await endSession(world.identity, ids[1] ?? '');
  const { items } = await listSessions(world.identity, 'ann', { limit: 10 });
  expect(items.map(({ sessionId }) => sessionId)).toEqual([ids[0], ids[2]]);
});

test('nobody ends the session of somebody else', async () => {
  const { session } = await attempt();
  await expect(endSession(world.identity, session.sessionId, 'user-other')).rejects.toMatchObject({
    code: 'not_found',
  });
});

describe('changeOwnPassword', () => {
  test('ends all sessions but the one it was changed in', async () => {
    const [kept, other] = [await attempt(), await attempt()];
    world.clock.advance(1_000);
    const caller = await authenticate(world.identity, kept.token);
    await changeOwnPassword(
      world.identity,
      caller,
      { currentPassword: PASSWORD, newPassword: 'another password' },
      '192.0.2.1',
    );
    expect(await authenticate(world.identity, kept.token)).toEqual(caller);
    await expect(authenticate(world.identity, other.token)).rejects.toThrow(UnauthenticatedError);
    await expect(attempt()).rejects.toThrow(UnauthenticatedError);
    await attempt('another password');
  });

  test('asks for the current one, and not forever', async () => {
    const caller = await authenticate(world.identity, (await attempt()).token);
    const guess = () =>
      changeOwnPassword(
        world.identity,
        caller,
        { currentPassword: 'a guess', newPassword: 'another password' },
        '192.0.2.1',
      );
    for (let i = 0; i < 5; i++) await expect(guess()).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(guess()).rejects.toThrow(RateLimitedError);
  });
});
