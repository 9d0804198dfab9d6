import type { MailServer, SignInCredentials } from '../domain/mail-server.ts';
import { isRenewing, type RenewingCredentials } from '../domain/oauth-credentials.ts';
import { SourceError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { openImap } from './imap/imap-source.ts';
import { type AccessToken, AccessTokens } from './oauth/access-tokens.ts';
import type { TokenRequestOptions } from './oauth/request-token.ts';
import { openPop3 } from './pop3/pop3-source.ts';
import type { MailSource, OpenOptions, OpenSource } from './source.ts';

/**
 * Signs in by the protocol that the server is named with; gets access tokens first, where the credentials are for
 * that, and keeps them in memory. A kept one that the server refuses is replaced once.
 */
export function createOpenSource({ clock, ...options }: TokenRequestOptions & { readonly clock: Clock }): OpenSource {
  const tokens = new AccessTokens(clock, options);
  return (server, credentials, open = {}) =>
    isRenewing(credentials) ? openWithToken(tokens, server, credentials, open) : openDirectly(server, credentials);
}

async function openWithToken(
  tokens: AccessTokens,
  server: MailServer,
  credentials: RenewingCredentials,
  { refreshTokenReplaced }: OpenOptions,
): Promise<MailSource> {
  const openWith = async ({ accessToken, refreshToken }: AccessToken): Promise<MailSource> => {
    // Before anything else can fail: the one before may be void already.
    if (credentials.method === 'refreshToken' && refreshToken !== undefined) {
      const { refreshToken: before } = credentials;
      if (refreshToken !== before) await refreshTokenReplaced?.({ before, after: refreshToken });
    }
    return await openDirectly(server, { method: 'bearer', userName: credentials.userName, accessToken });
  };
  const token = await tokens.get(credentials);
  try {
    return await openWith(token);
  } catch (error) {
    const isRefused = error instanceof SourceError && error.code === 'source_refused_login';
    // One that was issued a moment ago is refused for another reason than its age.
    if (!isRefused || !token.wasKept) throw error;
    return await openWith(await tokens.get(credentials, { refused: token.accessToken }));
  }
}

function openDirectly(server: MailServer, credentials: SignInCredentials): Promise<MailSource> {
  return server.protocol === 'pop3' ? openPop3(server, credentials) : openImap(server, credentials);
}
