import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const NAME = 'letterlock_session';

/** The token in the session cookie of a request, if it has one: API Gateway hands cookies out apart, others as a field. */
export function cookieToken({
  cookies,
  headers,
}: Pick<APIGatewayProxyEventV2, 'cookies' | 'headers'>): string | undefined {
  const all = cookies ?? headers.cookie?.split(';') ?? [];
  const own = all.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${NAME}=`));
  return own?.slice(NAME.length + 1) || undefined;
}

export interface CookieScope {
  /** `/api/v1`: the cookie goes nowhere else. */
  readonly basePath: string;
  /** Never sent over plain HTTP. */
  readonly isSecure: boolean;
}

/** A Set-Cookie field that no script reads and no other site's page sends (RFC 6265bis: HttpOnly, SameSite). */
export function sessionCookie(token: string, maxAgeSeconds: number, { basePath, isSecure }: CookieScope): string {
  const secure = isSecure ? '; Secure' : '';
  return `${NAME}=${token}; Path=${basePath}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** A Set-Cookie field that takes the cookie back. */
export function noSessionCookie(scope: CookieScope): string {
  return sessionCookie('', 0, scope);
}
