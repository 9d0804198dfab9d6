import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demoMessages } from '../../../infra/local/demo/demo-messages.ts';
import { fillDemo } from '../../../infra/local/demo/fill-demo.ts';

const endpointNow = new Date('2026-06-15T12:00:00Z');
const ADDRESS = 'journal-1@journal.localhost';

/** What stands in for the archive: it remembers what is created, and every message. */
let created: { readonly path: string; readonly body: Record<string, unknown> }[];
let received: Buffer[];
let refuseNext: boolean;
let ports: { readonly http: number; readonly smtp: number };
let close: () => Promise<void>;

beforeEach(async () => {
  [created, received, refuseNext] = [[], [], false];
  const http = createServer((request, response) => {
    void answer(request).then(([status, json]) => {
      response.writeHead(status);
      response.end(status === 204 ? '' : JSON.stringify(json));
    });
  });
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const busy = refuseNext;
        refuseNext = false;
        if (busy) return callback(Object.assign(new Error('busy'), { responseCode: 451 }));
        received.push(Buffer.concat(chunks));
        return callback();
      });
    },
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => void smtp.listen(0, '127.0.0.1', resolve));
  const [{ port }, smtpAddress] = [http.address() as AddressInfo, smtp.server.address() as AddressInfo];
  ports = { http: port, smtp: smtpAddress.port };
  close = async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
    await new Promise<void>((resolve) => smtp.close(resolve));
  };
});
afterEach(() => close());

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const path = (request.url ?? '').replace('/api/v1', '').replace(/\?.*/, '');
  const body: Record<string, unknown> = text ? JSON.parse(text) : {};
  const at = (wanted: string) => created.filter((one) => one.path === wanted);
  if (request.method === 'DELETE') return [204, {}];
  if (path === '/sessions') {
    const isUser = at('/users').some(
      (user) => user.body.userName === body.userName && user.body.password === body.password,
    );
    const mayEnter = isUser || (body.userName === 'admin' && body.password === 'secret');
    return mayEnter ? [201, { token: 't' }] : [401, { error: { code: 'unauthenticated', message: 'wrong' } }];
  }
  if (request.method === 'GET') return [200, { items: at(path).map((one) => one.body) }];
  const identity = JSON.stringify([body.domain, body.primaryAddress, body.name, body.userName]);
  const exists = at(path).some(
    ({ body: other }) => identity === JSON.stringify([other.domain, other.primaryAddress, other.name, other.userName]),
  );
  if (exists && request.method === 'POST') return [409, { error: { code: 'conflict', message: 'there already' } }];
  const mailboxId = `box-${created.length}`;
  const item = path === '/journal-endpoints' ? { ...body, address: ADDRESS, mailboxId } : { ...body, mailboxId };
  created.push({ path, body: item });
  return [request.method === 'POST' ? 201 : 200, item];
}

const fill = (password: string | undefined) =>
  fillDemo({ baseUrl: `http://127.0.0.1:${ports.http}`, smtpPort: ports.smtp, password, endpointNow });

describe('fillDemo', () => {
  test('creates the organisation and sends every message as it is, in order, however busy the system is', async () => {
    refuseNext = true;
    const { messages } = await fill('secret');
    expect(received.length).toBe(messages);
    const expected = demoMessages({ endpointNow }).map(({ raw }) => Buffer.from(raw).toString('base64'));
    expect(received.map((raw) => raw.toString('base64'))).toEqual(expected);
    expect(created.filter(({ path }) => path === '/mailboxes').length).toBe(11);
    expect(created.filter(({ path }) => path.endsWith('/access/admin')).length).toBe(11);
  });

  test('does nothing the second time, also without the password', async () => {
    await fill('secret');
    const [things, mails] = [created.length, received.length];
    expect(await fill(undefined)).toEqual({ messages: 0 });
    expect([created.length, received.length]).toEqual([things, mails]);
  });

  test('completes what was interrupted', async () => {
    await fill('secret');
    created = created.filter(({ path }) => path !== '/users');
    expect((await fill('secret')).messages).toBeGreaterThan(0);
    expect(created.filter(({ path }) => path === '/mailboxes').length).toBe(11);
    expect(created.filter(({ path }) => path === '/users').length).toBe(2);
  });

  test('says what is missing where it cannot sign in', async () => {
    await expect(fill(undefined)).rejects.toThrow('LETTERLOCK_ADMIN_PASSWORD');
    await expect(fill('wrong')).rejects.toThrow('LETTERLOCK_ADMIN_PASSWORD');
  });
});
