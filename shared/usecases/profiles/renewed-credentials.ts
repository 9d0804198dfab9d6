import type { RefreshTokenCredentials } from '../../domain/oauth-credentials.ts';
import { ConflictError, NotFoundError, SourceError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { OpenSource } from '../../sources/source.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { profileItem } from './find-profiles.ts';
import { openCredentials, sealCredentials } from './profile-secrets.ts';

type RenewalPorts = Pick<Ports, 'tables' | 'log' | 'secrets' | 'entropy'>;

/** How often a change beside ours is read again before whoever asked tries anew. */
const ATTEMPTS = 3;

/**
 * Opens sources with the credentials of a profile: a refresh token that takes the place of the one before is sealed and
 * saved with it, and one that another run has replaced meanwhile is read anew. Throws what opening throws.
 */
export function openSourceOf(ports: RenewalPorts, profileId: string, openSource: OpenSource): OpenSource {
  const options = {
    refreshTokenReplaced: (change: TokenChange) => keepRefreshToken(ports, profileId, change),
  };
  return async (server, credentials) => {
    try {
      return await openSource(server, credentials, options);
    } catch (error) {
      const isRefused = error instanceof SourceError && error.code === 'source_refused_login';
      if (!isRefused || credentials.method !== 'refreshToken') throw error;
      const saved = await savedRefreshToken(ports, profileId, credentials);
      if (saved === undefined || saved === credentials.refreshToken) throw error;
      return await openSource(server, { ...credentials, refreshToken: saved }, options);
    }
  };
}

interface TokenChange {
  readonly before: string;
  readonly after: string;
}

/** Nothing happens where the profile is gone, or has other credentials by now than the one that was replaced. */
async function keepRefreshToken(ports: RenewalPorts, profileId: string, { before, after }: TokenChange): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await itemOf(ports, profileId);
    if (found?.profile.sealedCredentials === undefined) return;
    const saved = await openCredentials(ports, profileId, found.profile.sealedCredentials);
    if (saved.method !== 'refreshToken' || saved.refreshToken !== before) return;
    const sealedCredentials = await sealCredentials(ports, profileId, { ...saved, refreshToken: after });
    try {
      await replaceLogged(ports, 'configuration', found.item, {
        data: dataOf({ ...found.profile, sealedCredentials }),
      });
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The refresh token of the profile now, where it is one of the same application at the same place. */
async function savedRefreshToken(
  ports: RenewalPorts,
  profileId: string,
  { tokenEndpoint, clientId }: RefreshTokenCredentials,
): Promise<string | undefined> {
  const sealed = (await itemOf(ports, profileId))?.profile.sealedCredentials;
  if (sealed === undefined) return undefined;
  const saved = await openCredentials(ports, profileId, sealed);
  const isSame =
    saved.method === 'refreshToken' && saved.clientId === clientId && saved.tokenEndpoint === tokenEndpoint;
  return isSame ? saved.refreshToken : undefined;
}

async function itemOf(ports: RenewalPorts, profileId: string) {
  try {
    return await profileItem(ports, profileId);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
