import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../shared/adapters/memory/memory-clock.ts';
import { createOutboxMailer } from '../../shared/adapters/smtp/outbox-mailer.ts';
import { createSmtpMailer, type SmtpRelay } from '../../shared/adapters/smtp/smtp-mailer.ts';
import { InvalidRequestError, StorageError } from '../../shared/errors.ts';

const FROM = 'letterlock@journal.example.org';
const MAIL = {
  to: ['ops@example.org', 'boss@example.org'],
  subject: 'Letterlock: 1 job failed — größer',
  text: 'Zeile\n.\nEnde\n',
};

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly raw: string;
}

const closing: (() => Promise<void>)[] = [];
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-mailers-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(directory, { recursive: true });
});

/** A relay that keeps what it takes. */
async function startRelay(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH'],
    logger: false,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          user: session.user,
          secure: session.secure,
          raw: Buffer.concat(chunks).toString(),
        });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { port, received };
}

function mailer(relay: Partial<SmtpRelay> & { readonly port: number }) {
  const warnings: unknown[] = [];
  const logs = {
    info: () => undefined,
    warn: (_event: string, fields?: unknown) => warnings.push(fields),
    error: () => undefined,
  };
  const create = () => createSmtpMailer({ relay: { host: '127.0.0.1', isTls: false, ...relay }, from: FROM, logs });
  return { warnings, send: create().send };
}

describe('SMTP', () => {
  test('hands a mail to the relay, the recipients in the envelope only', async () => {
    const { port, received } = await startRelay();
    await mailer({ port }).send(MAIL);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ from: FROM, to: MAIL.to });
    const parsed = await simpleParser(received[0]?.raw ?? '');
    expect(parsed.subject).toBe(MAIL.subject);
    expect(parsed.text).toBe(MAIL.text);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(received[0]?.raw).not.toContain('ops@example.org');
  });

  test('uses STARTTLS where it is offered, even if nobody vouches for the certificate', async () => {
    const { port, received } = await startRelay();
    await mailer({ port }).send(MAIL);
    expect(received[0]?.secure).toBe(true);
  });

  test('does without where it is not offered', async () => {
    const { port, received } = await startRelay({ disabledCommands: ['AUTH', 'STARTTLS'] });
    await mailer({ port }).send(MAIL);
    expect(received[0]?.secure).toBe(false);
  });

  test('signs in where it is told to', async () => {
    const { port, received } = await startRelay({
      disabledCommands: [],
      authOptional: false,
      onAuth: ({ username, password }, _session, callback) =>
        password === 'pass:word@' ? callback(null, { user: username ?? '' }) : callback(new Error('wrong')),
    });
    await mailer({ port, login: { user: 'archive', password: 'pass:word@' } }).send(MAIL);
    expect(received[0]?.user).toBe('archive');
    const wrong = mailer({ port, login: { user: 'archive', password: 'other' } });
    // Somebody may be changing the password just now.
    await expect(wrong.send(MAIL)).rejects.toThrow(StorageError);
  });

  test('a password goes to no far relay whose certificate nobody vouches for', async () => {
    const { port, received } = await startRelay({
      disabledCommands: [],
      onAuth: (_auth, _session, callback) => callback(null, { user: 'x' }),
    });
    // A name that leads to this machine, and that is not known to be this machine.
    const far = mailer({ port, host: '0x7f000001', login: { user: 'archive', password: 'secret' } });
    const failure: unknown = await far.send(MAIL).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(String(failure instanceof Error && failure.cause)).toMatch(/certificate/);
    expect(received).toEqual([]);
  });

  test('takes another sender from the mail', async () => {
    const { port, received } = await startRelay();
    await mailer({ port }).send({ ...MAIL, from: 'archive@example.org' });
    expect(received[0]?.from).toBe('archive@example.org');
  });

  test('what the relay refuses for good can never be sent, what it puts off can', async () => {
    const answering = (responseCode: number) =>
      startRelay({
        onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('no'), { responseCode })),
      });
    await expect(mailer(await answering(550)).send(MAIL)).rejects.toThrow(InvalidRequestError);
    await expect(mailer(await answering(451)).send(MAIL)).rejects.toThrow(StorageError);
  });

  test('one recipient that is refused does not keep the others from the mail', async () => {
    const { port, received } = await startRelay({
      onRcptTo: ({ address }, _session, callback) =>
        callback(address.startsWith('boss') ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
    });
    const { send, warnings } = mailer({ port });
    await send(MAIL);
    expect(received[0]?.to).toEqual(['ops@example.org']);
    expect(warnings).toEqual([{ refused: 1 }]);
  });

  test('a relay that is not there is a storage failure', async () => {
    await expect(mailer({ port: 1 }).send(MAIL)).rejects.toThrow(StorageError);
  });

  test.each([
    ['without recipient', { ...MAIL, to: [] }],
    ['with a second field in its subject', { ...MAIL, subject: 'a\r\nBcc: x@example.org' }],
  ])('a mail %s is none', async (_name, mail) => {
    await expect(mailer({ port: 1 }).send(mail)).rejects.toThrow(InvalidRequestError);
  });
});

describe('outbox', () => {
  const clock = createManualClock(new Date('2026-03-01T10:00:00.000Z'));
  const outbox = () => createOutboxMailer({ directory: join(directory, 'outbox'), from: FROM, clock });

  test('keeps each mail as a file that a mail program can send', async () => {
    await outbox().send(MAIL);
    await outbox().send(MAIL);
    const names = await readdir(join(directory, 'outbox'));
    expect(names).toHaveLength(2);
    expect(names[0]).toMatch(/^2026-03-01T10-00-00-000Z-[0-9a-f]{8}\.eml$/);
    const path = join(directory, 'outbox', names[0] ?? '');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const raw = await readFile(path);
    const parsed = await simpleParser(raw);
    expect(parsed).toMatchObject({ subject: MAIL.subject, text: MAIL.text, date: clock.now() });
    expect(parsed.from?.text).toBe(FROM);
    expect(raw.toString()).toMatch(/^Bcc: ops@example\.org, boss@example\.org\r$/m);
  });

  test('a directory that cannot be written is a storage failure', async () => {
    const inFile = createOutboxMailer({ directory: '/dev/null/outbox', from: FROM, clock });
    await expect(inFile.send(MAIL)).rejects.toThrow(StorageError);
  });
});
