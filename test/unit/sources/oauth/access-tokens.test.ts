import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../../../shared/adapters/memory/memory-clock.ts';
import type {
  ClientCredentials,
  RefreshTokenCredentials,
  ServiceAccountCredentials,
} from '../../../../shared/domain/oauth-credentials.ts';
import { AccessTokens } from '../../../../shared/sources/oauth/access-tokens.ts';
import { startTokenServer, type TokenAnswer, type TokenServer } from './token-server.ts';

let server: TokenServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

type Answering = (form: URLSearchParams, count: number) => TokenAnswer;
const numbered: Answering = (_form, count) => ({ body: { access_token: `token-${count}`, expires_in: 3600 } });

async function createWorld(answer: Answering = numbered) {
  server = await startTokenServer(answer);
  const clock = createManualClock(new Date('2026-03-01T10:00:00.000Z'));
  const tokens = new AccessTokens(clock, { loopbackHttp: true });
  const client: ClientCredentials = {
    method: 'clientCredentials',
    userName: 'anna@example.org',
    tokenEndpoint: server.url,
    clientId: 'app',
    clientSecret: 'secret',
    scope: 'mail',
  };
  const refreshing: RefreshTokenCredentials = {
    method: 'refreshToken',
    userName: 'anna@example.org',
    tokenEndpoint: server.url,
    clientId: 'app',
    refreshToken: 'r1',
  };
  return { clock, tokens, client, refreshing, forms: server.forms };
}

describe('an access token', () => {
  test('is kept until a minute before its end', async () => {
    const { tokens, clock, client } = await createWorld();
    expect(await tokens.get(client)).toEqual({ accessToken: 'token-1', wasKept: false });
    clock.advance(3_539_000);
    expect(await tokens.get(client)).toEqual({ accessToken: 'token-1', wasKept: true });
    clock.advance(1_000);
    expect(await tokens.get(client)).toEqual({ accessToken: 'token-2', wasKept: false });
  });

  test('that a server refused is not given again', async () => {
    const { tokens, client } = await createWorld();
    await tokens.get(client);
    expect(await tokens.get(client, { refused: 'token-1' })).toMatchObject({ accessToken: 'token-2' });
    expect(await tokens.get(client)).toMatchObject({ accessToken: 'token-2', wasKept: true });
    expect(await tokens.get(client, { refused: 'token-1' })).toMatchObject({ accessToken: 'token-2' });
  });

  test('is asked for once, however many want it at the same time', async () => {
    const { tokens, client, forms } = await createWorld();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.get(client)));
    expect([new Set(all.map(({ accessToken }) => accessToken)).size, forms.length]).toEqual([1, 1]);
  });

  test('of an application is that of every mailbox', async () => {
    const { tokens, client, forms } = await createWorld();
    await tokens.get(client);
    expect(await tokens.get({ ...client, userName: 'ben@example.org' })).toMatchObject({ wasKept: true });
    expect(Object.fromEntries(forms[0] ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app',
      client_secret: 'secret',
      scope: 'mail',
    });
  });

  test('is not given to who knows all but the secret', async () => {
    const { tokens, client } = await createWorld((form) =>
      form.get('client_secret') === 'secret'
        ? { body: { access_token: 'token', expires_in: 3600 } }
        : { status: 401, body: { error: 'invalid_client' } },
    );
    await tokens.get(client);
    await expect(tokens.get({ ...client, clientSecret: 'guessed' })).rejects.toThrow('invalid_client');
  });

  test('that could not be had is asked for again', async () => {
    const { tokens, client } = await createWorld((form, count) =>
      count === 1 ? { status: 500, body: '' } : numbered(form, count),
    );
    await expect(tokens.get(client)).rejects.toMatchObject({ code: 'source_unreachable' });
    expect(await tokens.get(client)).toMatchObject({ accessToken: 'token-2' });
  });
});

describe('a refresh token', () => {
  test('that is replaced is used in its new form, by who has the old one too', async () => {
    const { tokens, clock, refreshing, forms } = await createWorld((_form, count) => ({
      body: { access_token: `token-${count}`, expires_in: 3600, refresh_token: `r${count + 1}` },
    }));
    expect(await tokens.get(refreshing)).toMatchObject({ accessToken: 'token-1', refreshToken: 'r2' });
    expect(await tokens.get({ ...refreshing, refreshToken: 'r2' })).toMatchObject({ wasKept: true });
    clock.advance(3_600_000);
    expect(await tokens.get(refreshing)).toMatchObject({ accessToken: 'token-2', refreshToken: 'r3' });
    expect(forms.map((form) => form.get('refresh_token'))).toEqual(['r1', 'r2']);
  });

  test('that is not replaced stays', async () => {
    const { tokens, refreshing, forms } = await createWorld();
    expect(await tokens.get(refreshing)).toMatchObject({ refreshToken: 'r1' });
    expect(Object.fromEntries(forms[0] ?? [])).toEqual({
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: 'r1',
    });
  });

  test('of memory that is refused gives way to the one that is given', async () => {
    const { tokens, clock, refreshing, forms } = await createWorld((form, count) =>
      form.get('refresh_token') === 'r2'
        ? { status: 400, body: { error: 'invalid_grant' } }
        : { body: { access_token: `token-${count}`, expires_in: 3600, refresh_token: 'r2' } },
    );
    await tokens.get(refreshing);
    clock.advance(3_600_000);
    await expect(tokens.get(refreshing)).rejects.toThrow('invalid_grant');
    expect(await tokens.get(refreshing)).toMatchObject({ accessToken: 'token-3' });
    expect(forms.map((form) => form.get('refresh_token'))).toEqual(['r1', 'r2', 'r1']);
  });
});

describe('a service account', () => {
  test.each([
    { alg: 'RS256', pair: generateKeyPairSync('rsa', { modulusLength: 2_048 }) },
    { alg: 'ES256', pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  ])('asserts in the name of each user, by $alg', async ({ alg, pair }) => {
    const { tokens, clock, client, forms } = await createWorld();
    const account: ServiceAccountCredentials = {
      method: 'serviceAccount',
      userName: 'anna@example.org',
      tokenEndpoint: client.tokenEndpoint,
      issuer: 'archive@project.example',
      privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      keyId: 'key-1',
      scope: 'https://mail.google.com/',
    };
    await tokens.get(account);
    expect(await tokens.get({ ...account, userName: 'ben@example.org' })).toMatchObject({ wasKept: false });
    const users: unknown[] = [];
    for (const form of forms) {
      expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
      const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', pair.publicKey, {
        issuer: account.issuer,
        audience: account.tokenEndpoint,
        currentDate: clock.now(),
        maxTokenAge: 3600,
      });
      expect(protectedHeader).toEqual({ alg, typ: 'JWT', kid: 'key-1' });
      expect(payload.scope).toBe(account.scope);
      users.push(payload.sub);
    }
    expect(users).toEqual(['anna@example.org', 'ben@example.org']);
  });
});
