import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Archive, type Endpoint } from './archive.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { runProgram, trickyMail, withFile } from './programs.ts';

const MAX_MESSAGE_BYTES = 2_000_000;

let system: LocalSystem;
let archive: Archive;
let endpoint: Endpoint;

beforeAll(async () => {
  system = await startLocalSystem({ env: { LETTERLOCK_MAX_MESSAGE_BYTES: String(MAX_MESSAGE_BYTES) } });
  archive = await Archive.signIn(system);
  endpoint = await archive.createEndpoint('curl');
});
afterAll(() => discard(system));

/** Sends with `curl smtp://`; the exit code is 0 only after a 250. */
function curl(bytes: Uint8Array, to: readonly string[], from = 'sender@example.org', ...options: string[]) {
  const recipients = to.flatMap((address) => ['--mail-rcpt', address]);
  const url = `smtp://127.0.0.1:${system.smtpPort}/client.example.org`;
  return withFile(bytes, (path) =>
    runProgram('curl', ['-sSv', url, '--mail-from', from, ...recipients, '--upload-file', path, ...options]),
  );
}

describe('curl', () => {
  test('gives back by HTTP the very bytes that it sent by SMTP', async () => {
    const mail = trickyMail('bytes of curl');
    expect((await curl(mail, [endpoint.address])).exitCode).toBe(0);
    const { archiveId } = await archive.arrival(endpoint.mailboxId, 'bytes of curl');
    expect((await archive.raw(archiveId)).equals(mail)).toBe(true);
  });

  test('sends over STARTTLS', async () => {
    const mail = trickyMail('over tls');
    const { exitCode, stderr } = await curl(mail, [endpoint.address], undefined, '--ssl-reqd', '--insecure');
    expect([exitCode, /SSL connection using TLS/.test(stderr)]).toEqual([0, true]);
    const { archiveId } = await archive.arrival(endpoint.mailboxId, 'over tls');
    expect((await archive.raw(archiveId)).equals(mail)).toBe(true);
  });

  test('sends SMTPUTF8 mail', async () => {
    const mail = Buffer.from(
      'From: Jürgen <jürgen@bücher.example>\r\nTo: 佐藤@例え.example\r\nSubject: ünïcödé\r\n\r\nß\r\n',
    );
    const { exitCode, stderr } = await curl(mail, [endpoint.address], 'jürgen@bücher.example');
    expect([exitCode, /> MAIL FROM:.*SMTPUTF8/.test(stderr)]).toEqual([0, true]);
    const { archiveId } = await archive.arrival(endpoint.mailboxId, 'ünïcödé');
    expect((await archive.raw(archiveId)).equals(mail)).toBe(true);
  });

  test('is refused an unknown recipient with 550 5.1.1', async () => {
    const unknown = `nobody@${endpoint.address.split('@')[1]}`;
    const { exitCode, stderr } = await curl(trickyMail('to nobody'), [unknown]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/< 550 5\.1\.1 /);
  });

  test('is refused a message over the size limit with 552, before it sends it', async () => {
    const mail = Buffer.concat([trickyMail('too large'), Buffer.alloc(MAX_MESSAGE_BYTES, 'x\r\n')]);
    const { exitCode, stderr } = await curl(mail, [endpoint.address]);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/< 552 /);
  });

  test('the same mail to an endpoint and mailbox owners is filed for them', async () => {
    const mailboxId = await archive.createMailbox('Reader', 'reader@example.org');
    await curl(trickyMail('for a reader', 'Reader <reader@example.org>'), [endpoint.address]);
    expect((await archive.arrival(mailboxId, 'for a reader')).folder).toBe('Inbox');
  });
});
