import { isPlainEndpoint, tokenEndpointFault } from '../../domain/token-endpoint.ts';
import { SourceError } from '../../errors.ts';
import { limitedText } from './limited-text.ts';
import { refusedToken } from './refused-token.ts';

/** Stops an endpoint that answers slowly or not at all; a page of the API waits for it. */
const TIMEOUT_MS = 15_000;
/** Stops an answer without an end; tokens with many claims have some kilobytes. */
const MAX_ANSWER_BYTES = 128 * 1024;
/** Stops a token that no server would take, and with it what could break out of a line of the mail protocol. */
const TOKEN = /^[\x21-\x7e]{1,32768}$/;
/** How long a token counts where the endpoint does not say (RFC 6749, 5.1, only recommends that it does). */
const UNSAID_SECONDS = 300;
/** Stops a token that would be kept for ever. */
const MAX_SECONDS = 24 * 60 * 60;

/** What a token endpoint gave. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly lifetimeSeconds: number;
  /** Takes the place of the one that was used, which may be void from now on (RFC 6749, 6). */
  readonly refreshToken?: string;
}

/** Where tokens may be asked for. */
export interface TokenRequestOptions {
  /** Whether `http` to the loopback interface is taken; what listens there may trust whoever reaches it. */
  readonly loopbackHttp: boolean;
}

/**
 * Asks a token endpoint for an access token (RFC 6749, 3.2). Follows no redirect. Throws `SourceError`, whose message
 * has the error code of the endpoint and nothing of the request: `source_refused_login` where it refuses.
 */
export async function requestToken(
  endpoint: string,
  form: URLSearchParams,
  { loopbackHttp }: TokenRequestOptions,
): Promise<IssuedToken> {
  const fault =
    tokenEndpointFault(endpoint) ?? (isPlainEndpoint(endpoint) && !loopbackHttp ? 'must be https' : undefined);
  if (fault !== undefined) throw new SourceError('source_failed', `token endpoint: ${fault}`);
  const { response, text } = await post(endpoint, form);
  if (response.status !== 200) throw refusedToken(response.status, response.headers.get('retry-after'), text);
  return issuedToken(text);
}

async function post(endpoint: string, body: URLSearchParams) {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      body,
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { response, text: await limitedText(response, MAX_ANSWER_BYTES) };
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw unreached(error);
  }
}

function unreached(error: unknown): SourceError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const why = code || (cause instanceof Error ? cause.name : 'unknown');
  // OpenSSL's names for certificates that nobody vouches for, or that are another server's or too old.
  const isTls = /CERT|SIGNATURE|SELF_SIGNED|TLS|SSL/.test(code);
  return new SourceError(isTls ? 'source_failed' : 'source_unreachable', `token endpoint: ${why}`, { cause: error });
}

function issuedToken(text: string): IssuedToken {
  const answer = recordIn(text);
  const { access_token: accessToken, token_type: type, expires_in: seconds, refresh_token: refreshToken } = answer;
  if (typeof accessToken !== 'string' || !TOKEN.test(accessToken)) throw nonsense('no access token');
  if (type !== undefined && String(type).toLowerCase() !== 'bearer') throw nonsense('a token that is no bearer token');
  // Some write the number as a string.
  const lifetime = Number(seconds ?? UNSAID_SECONDS);
  return {
    accessToken,
    lifetimeSeconds: Number.isFinite(lifetime) ? Math.min(MAX_SECONDS, Math.max(0, lifetime)) : UNSAID_SECONDS,
    ...(typeof refreshToken === 'string' && TOKEN.test(refreshToken) ? { refreshToken } : {}),
  };
}

function recordIn(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw nonsense('no JSON');
}

function nonsense(what: string): SourceError {
  return new SourceError('source_failed', `token endpoint: answers ${what}`);
}
