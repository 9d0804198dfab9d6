import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { InvalidRequestError } from '../../shared/errors.ts';
import { isSameOrigin } from './same-origin.ts';
import { cookieToken } from './session-cookie.ts';

/** A request below the base path, as the routes see it. */
export interface ApiRequest {
  readonly method: string;
  /** Decoded path segments: `/users/j%C3%B6rg/` is `['users', 'jörg']`. */
  readonly segments: readonly string[];
  /** Each parameter once. Where something is read, those left empty are left out, as forms of pages send them. */
  readonly query: { readonly [name: string]: string };
  /** Of the Authorization field, else of the session cookie. */
  readonly token: string | undefined;
  /** The token came by cookie, which browsers send by themselves. */
  readonly isByCookie: boolean;
  /** A page of this very origin sent it. */
  readonly isSameOrigin: boolean;
  /** It came over TLS, as far as what is in front of the API says. */
  readonly isHttps: boolean;
  readonly contentType: string;
  /** The Accept field; empty where there is none. */
  readonly accept: string;
  readonly body: Uint8Array;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export interface PathOptions {
  /** `/api/v1`, without a slash at its end. */
  readonly basePath: string;
  /**
   * `decoded` for API Gateway's HTTP APIs, which hand out `rawPath` percent-decoded already; `encoded`
   * for Lambda function URLs and the local server, which hand it out as it came.
   */
  readonly rawPath: 'encoded' | 'decoded';
}

/**
 * The request of an event (API Gateway, payload 2.0), or `undefined` where its path is not below the base path. Throws
 * `InvalidRequestError`.
 */
export function readRequest(event: APIGatewayProxyEventV2, options: PathOptions): ApiRequest | undefined {
  const segments = segmentsBelow(event.rawPath, options);
  if (!segments) return undefined;
  const bearer = /^Bearer +(\S+)$/i.exec(event.headers.authorization ?? '')?.[1];
  const isByCookie = event.headers.authorization === undefined && cookieToken(event) !== undefined;
  const method = event.requestContext.http.method.toUpperCase();
  return {
    method,
    segments,
    query: readQuery(event.rawQueryString, method === 'GET' || method === 'HEAD'),
    token: isByCookie ? cookieToken(event) : bearer,
    isByCookie,
    isSameOrigin: isSameOrigin(event.headers),
    isHttps: event.headers['x-forwarded-proto'] === 'https',
    contentType: event.headers['content-type'] ?? '',
    accept: event.headers.accept ?? '',
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    sourceIp: event.requestContext.http.sourceIp,
    userAgent: event.headers['user-agent'] ?? '',
  };
}

function segmentsBelow(path: string, { basePath, rawPath }: PathOptions): readonly string[] | undefined {
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return undefined;
  const [, ...segments] = path.slice(basePath.length).split('/');
  if (segments.at(-1) === '') segments.pop();
  return rawPath === 'decoded' ? segments : segments.map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new InvalidRequestError('the path has a broken percent-encoding');
  }
}

/** To leave out what is empty would widen what a request deletes: `?folder=` is not all folders. */
function readQuery(rawQueryString: string, isReading: boolean): { readonly [name: string]: string } {
  const query: { [name: string]: string } = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    if (name in query) throw new InvalidRequestError(`${name}: given more than once`);
    query[name] = value;
  }
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '' || !isReading));
}
