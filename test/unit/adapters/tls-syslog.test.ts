import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { createTlsSyslog } from '../../../shared/adapters/syslog/tls-syslog.ts';
import type { AuditEvent } from '../../../shared/domain/audit-event.ts';
import { framed, syslogMessage } from '../../../shared/domain/syslog-message.ts';
import { ReceiverError } from '../../../shared/errors.ts';
import { newAuthority, newCertificate } from '../../system/certificates.ts';

const EVENT: AuditEvent = {
  eventId: 'event-1',
  at: '2026-03-01T10:00:00.000Z',
  actor: { userName: 'Jörg\n😀' },
  source: '192.0.2.1',
  action: 'signIn.begin',
  outcome: 'denied',
  code: 'unauthenticated',
};

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A receiver on localhost that does `serve` with each connection. */
async function receiver(serve: (socket: TLSSocket) => void) {
  const authority = await newAuthority('authority');
  const { cert, key } = await newCertificate(['localhost'], { by: authority, usage: 'server' });
  const server = createServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { host: 'localhost', port, ca: authority.cert, hostName: 'archive.example' };
}

describe('a delivery', () => {
  test('counts once the receiver has read all and closed', async () => {
    const received: Buffer[] = [];
    const options = await receiver((socket) => socket.on('data', (chunk) => received.push(chunk)));
    await createTlsSyslog(options).deliver([EVENT, EVENT]);
    const frame = framed(syslogMessage(EVENT, 'archive.example'));
    expect(Buffer.concat(received).toString()).toBe(frame + frame);
  });

  test('does not count where the receiver breaks off', async () => {
    const options = await receiver((socket) => socket.once('data', () => socket.destroy()));
    const events = Array.from({ length: 5_000 }, () => EVENT);
    await expect(createTlsSyslog(options).deliver(events)).rejects.toThrow(ReceiverError);
  });

  test('does not count where the receiver closes before it read all', async () => {
    const options = await receiver((socket) => socket.end());
    const events = Array.from({ length: 50_000 }, () => EVENT);
    await expect(createTlsSyslog(options).deliver(events)).rejects.toThrow(ReceiverError);
  });

  test('is not made to a receiver that nobody vouches for, nor to another name', async () => {
    const received: Buffer[] = [];
    const options = await receiver((socket) => socket.on('data', (chunk) => received.push(chunk)));
    const { ca: _ca, ...unknown } = options;
    await expect(createTlsSyslog(unknown).deliver([EVENT])).rejects.toThrow(ReceiverError);
    await expect(createTlsSyslog({ ...options, host: '127.0.0.1' }).deliver([EVENT])).rejects.toThrow(ReceiverError);
    expect(received).toEqual([]);
  });

  test('to nobody fails', async () => {
    const options = await receiver(() => undefined);
    for (const close of closing.splice(0)) close();
    await expect(createTlsSyslog(options).deliver([EVENT])).rejects.toThrow(ReceiverError);
  });
});

describe('a message', () => {
  test('is of RFC 5424, in ASCII, one line', () => {
    const message = syslogMessage(EVENT, 'host name');
    expect(message).toMatch(
      /^<108>1 2026-03-01T10:00:00\.000Z hostname letterlock - signIn\.begin - \{[\x20-\x7e]+\}$/,
    );
    expect(JSON.parse(message.slice(message.indexOf('{')))).toEqual(EVENT);
  });

  test('too long for receivers goes without its details', () => {
    const message = syslogMessage({ ...EVENT, before: { note: 'x'.repeat(9_000) } }, 'h');
    expect(message.length).toBeLessThan(8_192);
    expect(JSON.parse(message.slice(message.indexOf('{')))).toEqual({ ...EVENT, shortened: true });
  });
});
