import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the fake saw it. */
interface SeenRequest {
  readonly method: string;
  /** With the query, below `/api/v1`. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** What the fake answers: JSON, bytes, or a redirect. */
interface FakeAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly bytes?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type FakeRoutes = Readonly<Record<string, FakeAnswer | ((request: SeenRequest) => FakeAnswer)>>;

/** A real HTTP server that answers as told; `routes` are `METHOD /path` without the query. */
export async function startFakeApi(routes: FakeRoutes) {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, routes, seen);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${port}`, seen, close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: FakeRoutes,
  seen: SeenRequest[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  const path = (request.url ?? '').replace(/^\/api\/v1/, '');
  const { authorization } = request.headers;
  const seenRequest = { method: request.method ?? '', path, authorization, body: text ? JSON.parse(text) : undefined };
  seen.push(seenRequest);
  const route = routes[`${request.method} ${path.split('?')[0]}`];
  const fake = typeof route === 'function' ? route(seenRequest) : (route ?? NOT_FOUND);
  response.writeHead(fake.status ?? 200, fake.headers);
  response.end(fake.bytes ?? (fake.json === undefined ? '' : JSON.stringify(fake.json)));
}

const NOT_FOUND: FakeAnswer = { status: 404, json: { error: { code: 'not_found', message: 'not found' } } };
