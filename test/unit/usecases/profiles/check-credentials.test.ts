import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { MailCredentials } from '../../../../shared/domain/mail-server.ts';
import { InvalidRequestError } from '../../../../shared/errors.ts';
import { checkCredentials } from '../../../../shared/usecases/profiles/check-credentials.ts';

const TOKENS = { userName: 'anna', tokenEndpoint: 'https://login.example.org/token', scope: 'mail' };
const APPLICATION = { method: 'clientCredentials', ...TOKENS, clientId: 'app', clientSecret: 'SECRET' } as const;

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const account = (privateKey: string) =>
  ({ method: 'serviceAccount', ...TOKENS, issuer: 'archive', privateKey }) satisfies MailCredentials;

describe('credentials', () => {
  test.each([
    { name: 'a password', credentials: { method: 'password', userName: 'anna', password: 'ein Gehéimnis\t!' } },
    { name: 'an application', credentials: APPLICATION },
    {
      name: 'an RSA key',
      credentials: account(pem(generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey)),
    },
    {
      name: 'a P-256 key',
      credentials: account(pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)),
    },
  ] satisfies readonly { name: string; credentials: MailCredentials }[])('$name: taken', ({ credentials }) => {
    expect(() => checkCredentials(credentials)).not.toThrow();
  });

  test.each([
    {
      name: 'two lines would be two commands',
      credentials: { method: 'password', userName: 'anna', password: 'SECRET\r\nA1 DELETE INBOX' },
    },
    {
      name: 'U+0001 ends a field of XOAUTH2',
      credentials: { ...APPLICATION, userName: 'anna\u0001auth=Bearer x' },
    },
    {
      name: 'the secret would go over the network',
      credentials: { ...APPLICATION, tokenEndpoint: 'http://a.example' },
    },
    { name: 'no key', credentials: account('SECRET') },
    {
      name: 'a public key',
      credentials: account(
        generateKeyPairSync('rsa', { modulusLength: 2_048 })
          .publicKey.export({ type: 'spki', format: 'pem' })
          .toString(),
      ),
    },
    {
      name: 'a key too short for RS256',
      credentials: account(pem(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey)),
    },
    {
      name: 'a key of a curve that nobody takes here',
      credentials: account(pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)),
    },
  ] satisfies readonly { name: string; credentials: MailCredentials }[])('$name: refused', ({ credentials }) => {
    const attempt = () => checkCredentials(credentials);
    expect(attempt).toThrow(InvalidRequestError);
    expect(attempt).not.toThrow(/SECRET|PRIVATE/);
  });
});
