import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { attachmentDisposition } from '../../functions/http-api/content-disposition.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import { isLoopback } from '../../shared/usecases/identity/source-network.ts';

/** API Gateway stops at 10 KB; a header section that long is an attack or a mistake. */
const MAX_HEADER_BYTES = 16 * 1024;
/** As much as a synchronous Lambda invocation takes. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** Against clients that send a byte now and then (Slowloris): the header section, then the whole request. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 1_000;
/** How long running requests may take to end once the server closes. */
const CLOSE_GRACE_MS = 5_000;
/** How long a refused client may take to read why. */
const LINGER_MS = 1_000;

/** What a temporary URL gives access to. */
interface TemporaryDownload {
  readonly contentType: string;
  readonly fileName: string;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Answers everything below `/api/`; gets an event as API Gateway makes it (HTTP API, payload 2.0). */
  readonly handle: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;
  /** What a path and query below `/exports-access/` gives access to; `undefined` where nothing. */
  readonly exportsAccess: (url: string) => Promise<TemporaryDownload | undefined>;
  readonly logs: LogSink;
  /** For tests: 10 s otherwise. */
  readonly headersTimeoutMs?: number;
}

export interface HttpServer {
  readonly port: number;
  /** Takes no further connections, lets running requests end, and resolves once all are gone. */
  close(): Promise<void>;
}

/** Starts an HTTP server in front of the handlers; resolves once it accepts. Rejects where the port is taken. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { headersTimeoutMs = HEADERS_TIMEOUT_MS } = options;
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: headersTimeoutMs,
      requestTimeout: Math.max(REQUEST_TIMEOUT_MS, headersTimeoutMs),
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(headersTimeoutMs, 1_000),
    },
    (request, response) => {
      answer(options, request, response).catch((error: unknown) => {
        // The client went away: nobody is left to be answered.
        if (request.destroyed && !request.complete) return;
        options.logs.error('request failed', { error });
        if (response.headersSent) response.destroy();
        else writeError(response, 500, 'internal', 'something went wrong; the operators find it in the log');
      });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', refuseConnection);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = targetOf(request);
  if (target === undefined) return writeError(response, 400, 'invalid_request', 'the request target is no path');
  const { path } = target;
  if (path === '/api' || path.startsWith('/api/')) {
    const body = await readBody(request);
    if (!body) return writeError(response, 413, 'payload_too_large', `a body has at most ${MAX_BODY_BYTES} bytes`);
    return writeResult(response, await options.handle(toEvent(request, target, body)));
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return writeError(response, 405, 'method_not_allowed', 'GET and HEAD are allowed here');
  }
  if (path.startsWith('/exports-access/')) return await writeDownload(options, request, response, target);
  if (path !== '/') return writeError(response, 404, 'not_found', 'this path was not found');
  response.writeHead(200, { ...PAGE_FIELDS, 'content-type': 'text/html; charset=utf-8' });
  response.end(PAGE);
}

interface Target {
  /** As it came: still percent-encoded, dots and all. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** The path and query of a request; in absolute form (RFC 9112, 3.2.2) without scheme and host. */
function targetOf({ url = '' }: IncomingMessage): Target | undefined {
  const relative = url.replace(/^https?:\/\/[^/?#]*/i, '');
  const [path = '', ...query] = relative.split('?');
  return path.startsWith('/') ? { path, query: query.join('?') } : undefined;
}

/** `undefined` where there is more than a function would take; what follows is not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toEvent(request: IncomingMessage, { path, query }: Target, body: Buffer): APIGatewayProxyEventV2 {
  const now = new Date();
  const { method = 'GET' } = request;
  const headers = headersOf(request);
  const isText = /^(?:application\/json|text\/)/i.test(headers['content-type'] ?? '') && isUtf8(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: '',
      http: {
        method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceOf(request, headers),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: '',
      routeKey: '$default',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    isBase64Encoded: !isText,
    ...(body.length > 0 ? { body: body.toString(isText ? 'utf8' : 'base64') } : {}),
  };
}

/**
 * Where a request came from. A proxy on this machine says it in the last address of X-Forwarded-For; that
 * of anybody else is not believed, and what such a proxy passes on never counts as this machine's own.
 */
function sourceOf(request: IncomingMessage, headers: { readonly [name: string]: string }): string {
  const peer = request.socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || !isLoopback(peer)) return peer;
  const last = forwarded.split(',').at(-1)?.trim() ?? '';
  return isIP(last) > 0 && !isLoopback(last) ? last : 'unknown';
}

/** Names in lower case, repeated fields joined by commas, as API Gateway hands them on. */
function headersOf({ rawHeaders }: IncomingMessage): { [name: string]: string } {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? '';
    const value = rawHeaders[i + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes);
}

function writeResult(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  response.statusCode = result.statusCode ?? 200;
  if (response.statusCode !== 204) response.setHeader('content-length', body.length);
  // After HEAD, Node keeps the body back.
  response.end(body);
}

async function writeDownload(
  { exportsAccess }: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  { path, query }: Target,
): Promise<void> {
  const download = await exportsAccess(`${path}?${query}`);
  if (!download) return writeError(response, 403, 'forbidden', 'this link is not valid any more; ask for a new one');
  const { content, contentType, fileName, sizeBytes } = download;
  response.writeHead(200, {
    ...PAGE_FIELDS,
    'content-type': contentType,
    'content-length': sizeBytes,
    'content-disposition': attachmentDisposition(fileName),
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(content instanceof Uint8Array ? Readable.from([content]) : content, response);
}

/** Answers what is no request this server takes, and lets the client read it before the connection ends. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = REFUSALS.get(error.code ?? '') ?? [
    '400 Bad Request',
    'invalid_request',
    'this is no HTTP request',
  ];
  const body = errorBody(code, message);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
  // Closing with unread input would reset the connection and take the answer with it (RFC 9112, 9.6).
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

const REFUSALS: ReadonlyMap<string, readonly [status: string, code: string, message: string]> = new Map([
  [
    'HPE_HEADER_OVERFLOW',
    [
      '431 Request Header Fields Too Large',
      'invalid_request',
      `a header section has at most ${MAX_HEADER_BYTES} bytes`,
    ],
  ],
  ['ERR_HTTP_REQUEST_TIMEOUT', ['408 Request Timeout', 'timeout', 'the request took too long to come']],
]);

function writeError(response: ServerResponse, status: number, code: string, message: string): void {
  const body = errorBody(code, message);
  const { req: request } = response;
  if (!request.complete) {
    response.setHeader('connection', 'close');
    response.once('finish', () => {
      request.resume();
      setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
    });
  }
  response.writeHead(status, {
    ...PAGE_FIELDS,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function errorBody(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } });
}

const PAGE_FIELDS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Stands here until there is a web application. */
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Letterlock</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
<h1>Letterlock</h1>
<p>This e-mail archive is running. Its API is under <code>/api/v1</code>; <a href="/api/v1/openapi.json">openapi.json</a> describes it.</p>
<p><code>npx letterlock login</code> signs in from a terminal.</p>
</html>
`;
