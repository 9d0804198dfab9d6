import { describe, expect, test } from 'vitest';
import type { MailCredentials } from '../../../shared/domain/mail-server.ts';
import { sealedSecretsOf, signInNameIn } from '../../../shared/domain/sign-in-name.ts';

const TOKENS = { userName: 'anna', tokenEndpoint: 'https://login.example.org/token', scope: 'mail' };
const CREDENTIALS: readonly MailCredentials[] = [
  { method: 'password', userName: 'anna', password: 'SECRET-1', authorisationId: 'ben' },
  { method: 'masterPassword', userName: 'anna', password: 'SECRET-1' },
  { method: 'bearer', userName: 'anna', accessToken: 'SECRET-1' },
  { method: 'clientCredentials', ...TOKENS, clientId: 'app', clientSecret: 'SECRET-1' },
  { method: 'refreshToken', ...TOKENS, clientId: 'app', refreshToken: 'SECRET-1' },
  { method: 'refreshToken', ...TOKENS, clientId: 'app', refreshToken: 'SECRET-1', clientSecret: 'SECRET-2' },
  { method: 'serviceAccount', ...TOKENS, issuer: 'archive', keyId: 'key', privateKey: 'SECRET-1' },
];

describe.each(CREDENTIALS)('credentials by $method', (credentials) => {
  test('are shown without their secrets, whose names are told', () => {
    const shown = signInNameIn(credentials);
    expect(JSON.stringify(shown)).not.toContain('SECRET');
    const secrets = Object.entries(credentials).filter(([, value]) => value.startsWith('SECRET'));
    expect(sealedSecretsOf(shown).toSorted()).toEqual(secrets.map(([name]) => name).toSorted());
    const rest = Object.entries(credentials).filter(([, value]) => !value.startsWith('SECRET'));
    expect(shown).toMatchObject(Object.fromEntries(rest));
  });
});
