import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpServer, type HttpServerOptions, startHttpServer } from '../../../infra/local/http-server.ts';

let server: HttpServer;
let events: APIGatewayProxyEventV2[];
let failures: unknown[];

const options: HttpServerOptions = {
  host: '127.0.0.1',
  port: 0,
  handle: async (event) => {
    events.push(event);
    if (event.rawPath === '/api/bug') throw new Error('secret');
    if (event.rawPath === '/api/slow') await new Promise((resolve) => setTimeout(resolve, 100));
    if (event.rawPath === '/api/empty') return { statusCode: 204, headers: {}, body: '' };
    const isBinary = event.rawPath === '/api/raw';
    const body = isBinary ? Buffer.from([0, 255, 13, 10]).toString('base64') : '{"ok":true}';
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body, isBase64Encoded: isBinary };
  },
  exportsAccess: async (url) =>
    url.includes('good')
      ? { contentType: 'message/rfc822', fileName: 'ü.eml', content: Buffer.from('mail'), sizeBytes: 4 }
      : undefined,
  logs: { info: () => undefined, warn: () => undefined, error: (_event, fields) => failures.push(fields?.error) },
  headersTimeoutMs: 300,
};

beforeEach(async () => {
  events = [];
  failures = [];
  server = await startHttpServer(options);
});

afterEach(() => server.close());

/** Sends bytes as they are and answers all that comes back until the server ends the connection. */
function exchange(...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', (error) => (chunks.length > 0 ? resolve(Buffer.concat(chunks).toString()) : reject(error)));
    for (const part of parts) socket.write(part);
  });
}

const HEAD = 'Host: x\r\nConnection: close\r\n';
const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;

describe('requests', () => {
  test.each([
    [undefined, '127.0.0.1'],
    ['192.0.2.7', '192.0.2.7'],
    ['203.0.113.9, 2001:db8::7', '2001:db8::7'],
    ['127.0.0.1', 'unknown'],
    ['::1', 'unknown'],
    ['evil', 'unknown'],
    ['', 'unknown'],
  ])('that a proxy on this machine passes on with X-Forwarded-For %j come from %s', async (forwarded, sourceIp) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    await fetch(url('/api/v1/x'), { headers });
    expect(events[0]?.requestContext.http.sourceIp).toBe(sourceIp);
  });

  test('become events as API Gateway makes them', async () => {
    await fetch(url('/api/v1/x%2Fy/?a=1&a=%20'), {
      method: 'POST',
      body: '{"n":"ü"}',
      headers: { 'content-type': 'application/json', 'X-Many': 'one', 'user-agent': 'test' },
    });
    expect(events[0]).toMatchObject({
      version: '2.0',
      rawPath: '/api/v1/x%2Fy/',
      rawQueryString: 'a=1&a=%20',
      headers: { 'content-type': 'application/json', 'x-many': 'one' },
      requestContext: { http: { method: 'POST', sourceIp: '127.0.0.1', userAgent: 'test', protocol: 'HTTP/1.1' } },
      body: '{"n":"ü"}',
      isBase64Encoded: false,
    });
  });

  test('keep their path to the byte', async () => {
    for (const path of ['/api/../../etc/passwd', '/api/%2e%2e/%zz', '/api//x', '/api/v1/%00', '/api/v1/a;b#c']) {
      await exchange(`GET ${path} HTTP/1.1\r\n${HEAD}\r\n`);
      expect(events.at(-1)?.rawPath).toBe(path);
    }
  });

  test('in absolute form lose scheme and host', async () => {
    await exchange(`GET http://elsewhere.example/api/v1/health?q HTTP/1.1\r\n${HEAD}\r\n`);
    expect(events[0]).toMatchObject({ rawPath: '/api/v1/health', rawQueryString: 'q' });
  });

  test('repeat fields joined by commas', async () => {
    await exchange(`GET /api/x HTTP/1.1\r\n${HEAD}X-A: 1\r\nx-a: 2\r\n__proto__: z\r\n\r\n`);
    expect(events[0]?.headers['x-a']).toBe('1,2');
  });

  test('bring bodies in chunks, and bytes that are no text as base64', async () => {
    const body = '4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n';
    await exchange(
      `POST /api/x HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
    );
    expect(events[0]).toMatchObject({ body: '{"a":1}', isBase64Encoded: false });
    await fetch(url('/api/x'), {
      method: 'POST',
      body: Buffer.from([255, 0]),
      headers: { 'content-type': 'application/json' },
    });
    expect(events[1]).toMatchObject({ body: '/wA=', isBase64Encoded: true });
  });
});

describe('answers', () => {
  test('of bytes are those bytes', async () => {
    const response = await fetch(url('/api/raw'));
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 13, 10]);
  });

  test('to HEAD have the length and no body', async () => {
    const answer = await exchange(`HEAD /api/x HTTP/1.1\r\n${HEAD}\r\n`);
    expect(answer).toMatch(/content-length: 11\r\n/i);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  test('without content have no length', async () => {
    expect(await exchange(`DELETE /api/empty HTTP/1.1\r\n${HEAD}\r\n`)).not.toMatch(/content-length/i);
  });

  test('to a failure tell nothing', async () => {
    const response = await fetch(url('/api/bug'));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(failures).toEqual([new Error('secret')]);
  });

  test('at / are a page that runs nothing', async () => {
    const response = await fetch(url('/'));
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('<title>Letterlock</title>');
  });

  test.each(['/..%2f..%2fetc/passwd', '/index.html', '/apix'])('%s is not found', async (path) => {
    expect((await fetch(url(path))).status).toBe(404);
  });

  test('beside the API allow GET and HEAD only', async () => {
    const response = await fetch(url('/'), { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('temporary URLs', () => {
  test('give their bytes, to be saved', async () => {
    const response = await fetch(url('/exports-access/derived/good?signature=x'));
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="_.eml"; filename*=UTF-8''%C3%BC.eml`,
    );
    expect(await response.text()).toBe('mail');
    expect((await fetch(url('/exports-access/derived/good'), { method: 'HEAD' })).headers.get('content-length')).toBe(
      '4',
    );
  });

  test('that are not valid give nothing', async () => {
    const response = await fetch(url('/exports-access/derived/bad'));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'forbidden' } });
  });
});

describe('refusals', () => {
  const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
  const codeOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)).error.code;

  test.each([
    ['a header section over 16 KB', `GET /api/x HTTP/1.1\r\n${HEAD}X: ${'a'.repeat(16 * 1024)}\r\n\r\n`, 431],
    ['many small fields', `GET /api/x HTTP/1.1\r\n${HEAD}${'X: aaaaaaaaaaaa\r\n'.repeat(1_100)}\r\n`, 431],
    ['a path of 20 KB', `GET /api/${'a'.repeat(20_000)} HTTP/1.1\r\n${HEAD}\r\n`, 431],
    ['what is no HTTP', 'EHLO example.org\r\n\r\n', 400],
    ['two lengths', `POST /api/x HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    [
      'a length beside chunks',
      `POST /api/x HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['no Host', 'GET /api/x HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('%s', async (_name, bytes, status) => {
    const answer = await exchange(bytes);
    expect(statusOf(answer)).toBe(status);
    expect(events).toEqual([]);
  });

  test('of a header section say so as JSON', async () => {
    expect(codeOf(await exchange(`GET /api/x HTTP/1.1\r\n${HEAD}X: ${'a'.repeat(30_000)}\r\n\r\n`))).toBe(
      'invalid_request',
    );
  });

  test('of a target that is no path', async () => {
    expect(codeOf(await exchange(`GET api HTTP/1.1\r\n${HEAD}\r\n`))).toBe('invalid_request');
    expect(statusOf(await exchange(`OPTIONS * HTTP/1.1\r\n${HEAD}\r\n`))).toBe(400);
  });

  test('of a body that is announced too long, before it comes', async () => {
    const answer = await exchange(`POST /api/x HTTP/1.1\r\n${HEAD}Content-Length: 7000000\r\n\r\nx`);
    expect([statusOf(answer), codeOf(answer)]).toEqual([413, 'payload_too_large']);
  });

  test('of a body in chunks that grows too long', async () => {
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 'x'), Buffer.from('\r\n')]);
    const answer = await exchange(
      `POST /api/x HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 7 }, () => chunk),
    );
    expect([statusOf(answer), codeOf(answer)]).toEqual([413, 'payload_too_large']);
  });

  test('of a header section that never ends', async () => {
    const answer = await exchange('GET /api/x HTTP/1.1\r\nHost: x\r\nX: a');
    expect([statusOf(answer), codeOf(answer)]).toEqual([408, 'timeout']);
  });

  test('leave the server as it was', async () => {
    for (const rubbish of ['\0\0\0\0\r\n\r\n', '\x16\x03\x01\x02\0', 'GET / HTTP/9.9\r\n\r\n']) await exchange(rubbish);
    expect((await fetch(url('/api/x'))).status).toBe(200);
  });
});

describe('close', () => {
  test('lets a running request end and takes no further ones', async () => {
    const running = fetch(url('/api/slow'));
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close();
    expect((await running).status).toBe(200);
    await closed;
    await expect(fetch(url('/api/x'))).rejects.toThrow();
  });

  test('does not wait for idle connections', async () => {
    await new Promise<void>((resolve, reject) => {
      httpRequest(url('/api/x'), { agent: undefined, headers: { connection: 'keep-alive' } }, (response) => {
        response.resume().on('end', resolve);
      })
        .on('error', reject)
        .end();
    });
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

test('a port that is taken is an error', async () => {
  await expect(startHttpServer({ ...options, port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
