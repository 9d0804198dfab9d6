import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a token server answers: a status and a body, or whatever is done with the response. */
export type TokenAnswer =
  | { readonly status?: number; readonly headers?: { readonly [name: string]: string }; readonly body: string | object }
  | ((response: ServerResponse) => void);

export interface TokenServer {
  readonly url: string;
  /** The forms that were sent. */
  readonly forms: readonly URLSearchParams[];
  stop(): Promise<void>;
}

/** A token endpoint that answers what it is told to; for what no real one can be brought to say. */
export async function startTokenServer(
  answer: (form: URLSearchParams, count: number) => TokenAnswer,
): Promise<TokenServer> {
  const forms: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    forms.push(form);
    const said = answer(form, forms.length);
    if (typeof said === 'function') return said(response);
    response.writeHead(said.status ?? 200, { 'content-type': 'application/json', ...said.headers });
    response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/token`,
    forms,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
