import { jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import type { Session } from '../../domain/session.ts';
import { UnauthenticatedError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'letterlock';
const AUDIENCE = 'letterlock-api';
/** Longer than any token made here. */
const MAX_TOKEN_LENGTH = 2_048;

/** A signed token (JWT, RFC 7519) that stands for a session until it expires. */
export async function signSessionToken(ports: Pick<Ports, 'secrets'>, session: Session): Promise<string> {
  return await new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setJti(session.sessionId)
    .setIssuedAt(new Date(session.createdAt))
    .setExpirationTime(new Date(session.expiresAt))
    .sign(await ports.secrets.get('session-signing'));
}

/**
 * The id of the session that a token stands for. Throws `UnauthenticatedError` for any other key or
 * algorithm (the token does not choose, RFC 8725, 3.1), issuer or audience, and for an expired one.
 */
export async function verifySessionToken(ports: Pick<Ports, 'secrets' | 'clock'>, token: string): Promise<string> {
  if (token.length > MAX_TOKEN_LENGTH) throw new UnauthenticatedError();
  try {
    const { payload } = await jwtVerify(token, await ports.secrets.get('session-signing'), {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['jti', 'exp'],
      currentDate: ports.clock.now(),
    });
    if (typeof payload.jti === 'string') return payload.jti;
  } catch (error) {
    if (!(error instanceof JOSEError)) throw error;
  }
  throw new UnauthenticatedError();
}
