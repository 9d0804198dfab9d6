import type { IncomingMessage } from 'node:http';

/** A request, read to its end. */
export interface Request {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  const { method = 'GET' } = incoming;
  return {
    method,
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

/** The access key that a request was signed with (Signature Version 4), in its header field or its query. */
export function signerOf({ headers, query }: Request): string {
  const field = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  return field ?? query.get('X-Amz-Credential')?.split('/')[0] ?? 'nobody';
}
