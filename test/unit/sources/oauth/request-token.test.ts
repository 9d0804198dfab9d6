import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { SourceError } from '../../../../shared/errors.ts';
import { requestToken } from '../../../../shared/sources/oauth/request-token.ts';
import { startTokenServer, type TokenAnswer, type TokenServer } from './token-server.ts';

const SECRET = 'Sup3r-secret-value';
const TOKEN = { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 };

let server: TokenServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function ask(answer: TokenAnswer, loopbackHttp = true) {
  server = await startTokenServer(() => answer);
  return await requestToken(server.url, new URLSearchParams({ client_secret: SECRET }), { loopbackHttp });
}

async function failure(attempt: Promise<unknown>): Promise<SourceError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SourceError)) throw new Error(`no SourceError: ${error}`);
  expect(error.message).not.toContain(SECRET);
  return error;
}

describe('a token', () => {
  test.each([
    { name: 'as RFC 6749 has it', body: TOKEN, expected: { accessToken: 'token-1', lifetimeSeconds: 3600 } },
    { name: 'with its lifetime in quotes', body: { ...TOKEN, expires_in: '60' }, expected: { lifetimeSeconds: 60 } },
    { name: 'without one', body: { access_token: 'token-1' }, expected: { lifetimeSeconds: 300 } },
    { name: 'with one that is no number', body: { ...TOKEN, expires_in: 'x' }, expected: { lifetimeSeconds: 300 } },
    { name: 'with a negative one', body: { ...TOKEN, expires_in: -5 }, expected: { lifetimeSeconds: 0 } },
    { name: 'that never ends', body: { ...TOKEN, expires_in: 1e12 }, expected: { lifetimeSeconds: 86_400 } },
    {
      name: 'with another refresh token',
      body: { ...TOKEN, refresh_token: 'r2' },
      expected: { accessToken: 'token-1', refreshToken: 'r2' },
    },
  ])('$name is taken', async ({ body, expected }) => {
    expect(await ask({ body })).toMatchObject(expected);
  });

  test.each([
    { name: 'no JSON', body: '<html>' },
    { name: 'JSON that is no object', body: '7' },
    { name: 'no token', body: { token_type: 'Bearer' } },
    { name: 'a token of two lines, which would be two commands', body: { ...TOKEN, access_token: 'a\r\nb' } },
    { name: 'a token that ends a field of XOAUTH2', body: { ...TOKEN, access_token: 'a\x01b' } },
    { name: 'a token that has to be proved', body: { ...TOKEN, token_type: 'DPoP' } },
    { name: 'a token of a megabyte', body: { ...TOKEN, access_token: 'a'.repeat(1_000_000) } },
  ])('$name is none', async ({ body }) => {
    expect(await failure(ask({ body }))).toMatchObject({ code: 'source_failed' });
  });
});

describe('a refusal', () => {
  test.each([
    { name: 'of the grant', status: 400, body: { error: 'invalid_grant' }, says: 'token endpoint: invalid_grant' },
    { name: 'of the client', status: 401, body: { error: 'invalid_client' }, says: 'token endpoint: invalid_client' },
    {
      name: 'by Microsoft tells its number and no more',
      status: 401,
      body: { error: 'invalid_client', error_description: `AADSTS7000215: Invalid client secret ${SECRET}` },
      says: 'token endpoint: invalid_client (AADSTS7000215)',
    },
  ])('$name is told by its code', async ({ status, body, says }) => {
    const failed = await failure(ask({ status, body }));
    expect([failed.code, failed.message, failed.retryable]).toEqual(['source_refused_login', says, false]);
  });

  test('that repeats what it was sent is not passed on', async () => {
    const failed = await failure(ask({ status: 400, body: { error: SECRET } }));
    expect([failed.code, failed.message]).toEqual(['source_failed', 'token endpoint: HTTP status 400']);
  });

  test.each([
    { name: 'an error of the server', answer: { status: 500, body: '' }, code: 'source_unreachable' },
    {
      name: 'a trouble that passes',
      answer: { status: 400, body: { error: 'temporarily_unavailable' } },
      code: 'source_unreachable',
    },
    { name: 'too many requests', answer: { status: 429, body: '' }, code: 'source_throttled' },
    {
      name: 'a connection that ends half way',
      answer: (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{');
        response.destroy();
      },
      code: 'source_unreachable',
    },
  ] satisfies readonly { name: string; answer: TokenAnswer; code: string }[])(
    '$name is one to try again',
    async ({ answer, code }) => {
      expect(await failure(ask(answer))).toMatchObject({ code, retryable: true });
    },
  );

  test('with a time to wait is heeded', async () => {
    const failed = await failure(ask({ status: 503, headers: { 'retry-after': '17' }, body: '' }));
    expect(failed.waitSeconds).toBe(17);
  });
});

describe('the endpoint', () => {
  test('that redirects is not followed: the secret would go elsewhere', async () => {
    const other = await startTokenServer(() => ({ body: TOKEN }));
    try {
      const failed = await failure(ask({ status: 307, headers: { location: other.url }, body: '' }));
      expect([failed.code, other.forms.length]).toEqual(['source_failed', 0]);
    } finally {
      await other.stop();
    }
  });

  test('that sends without an end is left', async () => {
    const endless: TokenAnswer = (response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      response.on('error', () => undefined);
      more();
    };
    expect((await failure(ask(endless))).message).toContain('without an end');
  });

  test('that sends a bomb is left before it fills memory', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    const packed: TokenAnswer = (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(bomb);
    };
    expect((await failure(ask(packed))).message).toContain('without an end');
  });

  test('that nobody listens at is one to try again', async () => {
    server = await startTokenServer(() => ({ body: TOKEN }));
    const { url } = server;
    await server.stop();
    server = undefined;
    const failed = await failure(requestToken(url, new URLSearchParams(), { loopbackHttp: true }));
    expect([failed.code, failed.message]).toEqual(['source_unreachable', 'token endpoint: ECONNREFUSED']);
  });

  test('is not asked without TLS where the loopback interface is not to be trusted', async () => {
    const failed = await failure(ask({ body: TOKEN }, false));
    expect([failed.code, server?.forms.length]).toEqual(['source_failed', 0]);
  });

  test('is not asked without TLS elsewhere', async () => {
    const attempt = requestToken('http://169.254.169.254/latest', new URLSearchParams(), { loopbackHttp: true });
    expect(await failure(attempt)).toMatchObject({ code: 'source_failed' });
  });
});
