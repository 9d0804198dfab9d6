import { describe, expect, test } from 'vitest';
import { readServiceAccountKey } from '../../../shared/domain/service-account-key.ts';

const KEY = {
  type: 'service_account',
  client_email: 'archive@project.iam.gserviceaccount.com',
  private_key_id: 'key-1',
  private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  token_uri: 'https://oauth2.googleapis.com/token',
};

describe('the key of a service account', () => {
  test('is read as Google gives it out', () => {
    expect(readServiceAccountKey(JSON.stringify(KEY))).toEqual({
      issuer: KEY.client_email,
      privateKey: KEY.private_key,
      keyId: 'key-1',
      tokenEndpoint: KEY.token_uri,
    });
  });

  test('is of Google where it does not say', () => {
    const { token_uri: _none, ...older } = KEY;
    expect(readServiceAccountKey(JSON.stringify(older))).toMatchObject({ tokenEndpoint: KEY.token_uri });
  });

  test.each([
    { name: 'no JSON', json: KEY.private_key },
    { name: 'no object', json: '"x"' },
    { name: 'the secret of an application', json: JSON.stringify({ ...KEY, type: 'authorized_user' }) },
    { name: 'nobody who signs', json: JSON.stringify({ ...KEY, client_email: '' }) },
    { name: 'no key', json: JSON.stringify({ ...KEY, private_key: 7 }) },
  ])('$name is told without the key', ({ json }) => {
    const reading = readServiceAccountKey(json);
    expect(reading).toHaveProperty('fault');
    expect(JSON.stringify(reading)).not.toContain('AAAA');
  });
});
