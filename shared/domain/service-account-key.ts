import type { ServiceAccountCredentials } from './oauth-credentials.ts';

/** What the key file of a service account says. */
export type ServiceAccountKey = Pick<ServiceAccountCredentials, 'tokenEndpoint' | 'issuer' | 'privateKey' | 'keyId'>;

/** Where Google issues tokens; older key files do not say it. */
const GOOGLE_TOKEN_ENDPOINT = 'https://oauth2.googleapis.com/token';

/**
 * Reads the key of a service account as Google gives it out: JSON with `client_email`, `private_key`,
 * `private_key_id` and `token_uri`. A fault never has anything of the key in it.
 */
export function readServiceAccountKey(json: string): ServiceAccountKey | { readonly fault: string } {
  const fields = recordIn(json);
  if (!fields) return { fault: 'is not JSON' };
  const { client_email: issuer, private_key: privateKey, private_key_id: keyId, token_uri: tokenEndpoint } = fields;
  if (fields.type !== undefined && fields.type !== 'service_account') return { fault: 'is not of a service account' };
  if (!isText(issuer)) return { fault: 'has no client_email' };
  if (!isText(privateKey)) return { fault: 'has no private_key' };
  return {
    issuer,
    privateKey,
    ...(isText(keyId) ? { keyId } : {}),
    tokenEndpoint: isText(tokenEndpoint) ? tokenEndpoint : GOOGLE_TOKEN_ENDPOINT,
  };
}

function recordIn(json: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
