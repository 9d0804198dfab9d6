import { generateSync } from 'otplib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../../shared/domain/session.ts';
import { OtpRequiredError, RateLimitedError, UnauthenticatedError } from '../../../../shared/errors.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { getUser } from '../../../../shared/usecases/identity/find-users.ts';
import { confirmOtp, disableOtp, enrolOtp, resetOtp } from '../../../../shared/usecases/identity/otp.ts';
import { openSecret, sealSecret } from '../../../../shared/usecases/identity/otp-secret.ts';
import { authenticate } from '../../../../shared/usecases/identity/sessions.ts';
import { signIn } from '../../../../shared/usecases/identity/sign-in.ts';
import { createSettledWorld, type World } from '../configuration-world.ts';

let world: World;
let ann: Caller;
const PASSWORD = 'a long password';
const own = { password: PASSWORD, sourceIp: '192.0.2.1' };

beforeEach(async () => {
  world = await createSettledWorld();
  await createUser(world.identity, { userName: 'ann', privileges: ['login'], password: PASSWORD });
  ann = await authenticate(world.identity, (await attempt()).token);
});

const attempt = (otp?: string, password = PASSWORD) => {
  const wanted = { userName: 'ann', password, sourceIp: '192.0.2.1', userAgent: 'test' };
  return signIn(world.identity, otp === undefined ? wanted : { ...wanted, otp });
};
const codeOf = (secret: string, aheadSeconds = 0) =>
  generateSync({ secret, epoch: Math.floor(world.clock.now().getTime() / 1000) + aheadSeconds });

/** Ann with a second factor; its step is used up, so a minute later. */
async function enrolled() {
  const { secret } = await enrolOtp(world.identity, ann, own);
  const recoveryCodes = await confirmOtp(world.identity, ann, codeOf(secret));
  world.clock.advance(60_000);
  return { secret, recoveryCodes };
}

describe('a second factor', () => {
  test('is asked for by a code of its own once it is confirmed, and not before', async () => {
    const { secret, otpauthUrl } = await enrolOtp(world.identity, ann, own);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(otpauthUrl).toMatch(/^otpauth:\/\/totp\/Letterlock[^?]*ann\?.*secret=/);
    await attempt();
    await confirmOtp(world.identity, ann, codeOf(secret));
    await expect(attempt()).rejects.toThrow(OtpRequiredError);
    await expect(attempt(undefined, 'wrong password')).rejects.toThrow('wrong user name or password');
  });

  test('is passed by the code of now, and by that of a clock half a minute off', async () => {
    const { secret } = await enrolled();
    await attempt(codeOf(secret));
    world.clock.advance(120_000);
    await attempt(codeOf(secret, -30));
    await attempt(codeOf(secret, 30));
  });

  test.each(['000000', '12345', '1234567', 'abcdef', '', '-1', '１２３４５６'])('is not passed by %j', async (otp) => {
    await enrolled();
    await expect(attempt(otp)).rejects.toThrow(UnauthenticatedError);
  });

  test('takes no code twice, nor one before it, nor the one that confirmed it', async () => {
    const { secret } = await enrolOtp(world.identity, ann, own);
    const first = codeOf(secret);
    await confirmOtp(world.identity, ann, first);
    await expect(attempt(first)).rejects.toThrow(UnauthenticatedError);
    world.clock.advance(30_000);
    const [earlier, now] = [codeOf(secret), codeOf(secret, 30)];
    await attempt(now);
    await expect(attempt(now)).rejects.toThrow(UnauthenticatedError);
    await expect(attempt(earlier)).rejects.toThrow(UnauthenticatedError);
  });

  test('lets one of two in who send the same code at once', async () => {
    const { secret } = await enrolled();
    const code = codeOf(secret);
    const results = await Promise.allSettled([attempt(code), attempt(code)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('cannot be guessed for long, not even with right passwords in between', async () => {
    await enrolled();
    for (let i = 0; i < 5; i++) {
      await expect(attempt()).rejects.toThrow(OtpRequiredError);
      await expect(attempt('000000')).rejects.toThrow(UnauthenticatedError);
    }
    await expect(attempt('000000')).rejects.toThrow(RateLimitedError);
    await expect(attempt()).rejects.toThrow(RateLimitedError);
  });

  test('is kept sealed, for this user only', async () => {
    const { secret, recoveryCodes } = await enrolled();
    const kept = JSON.stringify(world.logged);
    for (const text of [secret, ...recoveryCodes]) expect(kept).not.toContain(text);
    const sealed = await sealSecret(world.ports, 'user-1', secret);
    expect(await openSecret(world.ports, 'user-1', sealed)).toBe(secret);
    expect(await openSecret(world.ports, 'user-2', sealed)).toBeUndefined();
    expect(await openSecret(world.ports, 'user-1', '1.AAAA')).toBeUndefined();
  });

  test('is not enrolled over another one, nor without the password, nor by an API key', async () => {
    await expect(enrolOtp(world.identity, ann, { ...own, password: 'wrong' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(enrolOtp(world.identity, { ...ann, apiKeyId: 'key-1' }, own)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await enrolled();
    await expect(enrolOtp(world.identity, ann, own)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is switched off with the password, and taken away by an administrator', async () => {
    await enrolled();
    await expect(disableOtp(world.identity, ann, { ...own, password: 'wrong' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await disableOtp(world.identity, ann, own);
    await attempt();
    await enrolled();
    await resetOtp(world.identity, 'ann');
    await resetOtp(world.identity, 'ann');
    await attempt();
  });
});

describe('recovery codes', () => {
  test('pass once each, however they are typed', async () => {
    const { recoveryCodes } = await enrolled();
    const [first = '', second = ''] = recoveryCodes;
    expect(new Set(recoveryCodes).size).toBe(10);
    await attempt(first);
    await expect(attempt(first)).rejects.toThrow(UnauthenticatedError);
    await attempt(second.toUpperCase().replaceAll('-', ' '));
    expect((await getUser(world.ports, 'ann')).otp?.recoveryHashes).toHaveLength(8);
  });

  test('pass where the secret cannot be opened any more', async () => {
    const { secret, recoveryCodes } = await enrolled();
    const lost = { ...world.identity, ports: { ...world.ports, secrets: { get: async () => new Uint8Array(32) } } };
    const wanted = { userName: 'ann', password: PASSWORD, sourceIp: '192.0.2.1', userAgent: 'test' };
    await expect(signIn(lost, { ...wanted, otp: codeOf(secret) })).rejects.toThrow(UnauthenticatedError);
    await signIn(lost, { ...wanted, otp: recoveryCodes[0] ?? '' });
  });
});

describe('where the rules ask for a second factor', () => {
  test.each([
    ['everybody', true, true],
    ['administrators', false, true],
    ['nobody', false, false],
  ] as const)('of %s', async (otpRequired, user, administrator) => {
    await world.identity.signInRules.change({ otpRequired });
    expect((await authenticate(world.identity, (await attempt()).token)).mustEnrolOtp ?? false).toBe(user);
    const admin = { userName: 'admin', password: 'correct horse battery', sourceIp: '192.0.2.1', userAgent: 'test' };
    const { token } = await signIn(world.identity, admin);
    expect((await authenticate(world.identity, token)).mustEnrolOtp ?? false).toBe(administrator);
  });

  test('whoever has one goes on', async () => {
    const { secret } = await enrolled();
    await world.identity.signInRules.change({ otpRequired: 'everybody' });
    const { token } = await attempt(codeOf(secret));
    expect(await authenticate(world.identity, token)).not.toHaveProperty('mustEnrolOtp');
  });
});
