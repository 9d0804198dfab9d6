import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import type { ServiceAccountCredentials } from '../../domain/oauth-credentials.ts';
import { SourceError } from '../../errors.ts';

/** Google takes an hour at most; the token is asked for at once. */
const LIFETIME_SECONDS = 600;

/** The assertion (RFC 7523, 3) by which a service account asks for a token of the user. Throws `SourceError`. */
export async function signedAssertion(
  { issuer, userName, tokenEndpoint, privateKey, keyId, scope }: ServiceAccountCredentials,
  now: Date,
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  try {
    const key = createPrivateKey(privateKey);
    const alg = key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
    return await new SignJWT({ scope })
      .setProtectedHeader({ alg, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) })
      .setIssuer(issuer)
      .setSubject(userName)
      .setAudience(tokenEndpoint)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_SECONDS)
      .sign(key);
  } catch {
    // What went wrong may have the key in it.
    throw new SourceError('source_failed', 'sign in: the private key signs nothing');
  }
}
