import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Adapter } from 'oidc-provider';

/** The application that the archive is, at the token server. */
export const APPLICATION = { clientId: 'letterlock', clientSecret: 'application-secret' };
/** Who asks whether a token is good: the mail server. */
const MAIL_SERVER = { clientId: 'dovecot', clientSecret: 'dovecot-secret' };

/** How long tokens are good; longer than any test, as what ends one is `revokeAccessTokens`. */
const TOKEN_SECONDS = 3_600;

/** An OAuth 2.0 authorisation server of our own: `oidc-provider`, with client credentials and refresh tokens good for one use. */
export interface RealTokenServer {
  readonly tokenEndpoint: string;
  /** Where a mail server asks about a token (RFC 7662), signing in with what the URL has. */
  readonly introspectionUrl: string;
  /** A refresh token, as the application would have got it when somebody agreed. */
  newRefreshToken(accountId: string): Promise<string>;
  /** Ends all access tokens, as their time would. */
  revokeAccessTokens(): void;
  /** Ends all refresh tokens. */
  revokeRefreshTokens(): void;
  /** How many access tokens were issued. */
  issued(): number;
  stop(): Promise<void>;
}

type Stored = { [name: string]: unknown };

export async function startTokenServer(): Promise<RealTokenServer> {
  const kept = new Map<string, Map<string, Stored>>();
  const of = (model: string) => kept.get(model) ?? new Map<string, Stored>();
  let issued = 0;
  const adapter = (model: string): Adapter => {
    const items = of(model);
    kept.set(model, items);
    return {
      upsert: async (id, payload) => {
        if (isAccessToken(model) && !items.has(id)) issued += 1;
        items.set(id, { ...payload });
      },
      find: async (id) => items.get(id),
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const item = items.get(id);
        if (item) item.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void items.delete(id),
      revokeByGrantId: async (grantId) => {
        for (const [id, item] of items) if (item.grantId === grantId) items.delete(id);
      },
    };
  };
  let listener: RequestListener = (_request, response) => response.destroy();
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, configuration(adapter));
  listener = provider.callback();
  return {
    tokenEndpoint: `${issuer}/token`,
    introspectionUrl: `http://${MAIL_SERVER.clientId}:${MAIL_SERVER.clientSecret}@127.0.0.1:${port}/token/introspection`,
    newRefreshToken: (accountId) => newRefreshToken(provider, accountId),
    revokeAccessTokens: () => {
      for (const [model, items] of kept) if (isAccessToken(model)) items.clear();
    },
    revokeRefreshTokens: () => of('RefreshToken').clear(),
    issued: () => issued,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const isAccessToken = (model: string) => model === 'AccessToken' || model === 'ClientCredentials';

function configuration(adapter: (model: string) => Adapter): object {
  const client = { redirect_uris: [], response_types: [] };
  const seconds = () => TOKEN_SECONDS;
  return {
    adapter,
    clients: [
      {
        ...client,
        client_id: APPLICATION.clientId,
        client_secret: APPLICATION.clientSecret,
        grant_types: ['client_credentials', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
        scope: 'openid offline_access mail',
      },
      {
        ...client,
        client_id: MAIL_SERVER.clientId,
        client_secret: MAIL_SERVER.clientSecret,
        grant_types: [],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    scopes: ['openid', 'offline_access', 'mail'],
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      devInteractions: { enabled: false },
    },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    rotateRefreshToken: true,
    ttl: { ClientCredentials: seconds, AccessToken: seconds, RefreshToken: seconds, Grant: seconds, IdToken: seconds },
    cookies: { keys: ['of no use here'] },
    jwks: { keys: [generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' })] },
  };
}

async function newRefreshToken(provider: Provider, accountId: string): Promise<string> {
  const { clientId } = APPLICATION;
  const scope = 'openid offline_access mail';
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const client = await provider.Client.find(clientId);
  return await new provider.RefreshToken({
    accountId,
    client,
    grantId,
    scope,
    gty: 'authorization_code',
    expiresWithSession: false,
  }).save();
}
