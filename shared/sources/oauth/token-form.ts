import type { RenewingCredentials } from '../../domain/oauth-credentials.ts';
import { signedAssertion } from './signed-assertion.ts';

/**
 * The body of the request for an access token. `now` is when an assertion was made. Throws `SourceError` for a key that
 * signs nothing.
 */
export async function tokenForm(credentials: RenewingCredentials, now: Date): Promise<URLSearchParams> {
  switch (credentials.method) {
    case 'clientCredentials': {
      const { clientId, clientSecret, scope } = credentials;
      const client = { client_id: clientId, client_secret: clientSecret };
      return new URLSearchParams({ grant_type: 'client_credentials', ...client, scope });
    }
    case 'refreshToken': {
      const { clientId, clientSecret, refreshToken, scope } = credentials;
      return new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: clientId,
        ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
        refresh_token: refreshToken,
        ...(scope === undefined ? {} : { scope }),
      });
    }
    case 'serviceAccount':
      return new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await signedAssertion(credentials, now),
      });
  }
}
