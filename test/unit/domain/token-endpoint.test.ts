import { describe, expect, test } from 'vitest';
import { tokenEndpointFault } from '../../../shared/domain/token-endpoint.ts';

describe('a token endpoint', () => {
  test.each([
    'https://login.microsoftonline.com/tenant/oauth2/v2.0/token',
    'https://oauth2.googleapis.com/token?x=1',
    'https://10.0.0.5:8443/token',
    'http://127.0.0.1:8080/token',
    'http://localhost/token',
    'http://[::1]:8080/token',
  ])('%s is one', (url) => {
    expect(tokenEndpointFault(url)).toBeUndefined();
  });

  test.each([
    { url: 'http://login.example.org/token', why: 'the secret could be read on the way' },
    { url: 'http://10.0.0.5/token', why: 'the same, in a private network' },
    { url: 'http://169.254.169.254/latest/meta-data', why: 'the metadata of a cloud' },
    { url: 'http://127.0.0.1.example.org/', why: 'a name that looks like loopback' },
    { url: 'http://localhost.example.org/', why: 'a name that looks like loopback' },
    { url: 'http://0.0.0.0/', why: 'every interface' },
    { url: 'http://[::ffff:10.0.0.5]/', why: 'a private address in disguise' },
    { url: 'https://user:pass@example.org/token', why: 'a secret that would be shown' },
    { url: 'https://example.org/token#here', why: 'RFC 6749, 3.2' },
    { url: 'file:///etc/passwd', why: 'another scheme' },
    { url: 'ftp://example.org/token', why: 'another scheme' },
    { url: '/token', why: 'no host' },
    { url: '', why: 'nothing' },
    { url: `https://example.org/${'x'.repeat(3_000)}`, why: 'too long' },
  ])('$url is none: $why', ({ url }) => {
    expect(tokenEndpointFault(url)).toBeTypeOf('string');
  });
});
