import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Archive, type Endpoint } from './archive.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { runProgram, trickyMail, withFile } from './programs.ts';

const MAX_MESSAGE_BYTES = 1_000_000;

let system: LocalSystem;
let archive: Archive;
let endpoint: Endpoint;
let other: Endpoint;

beforeAll(async () => {
  system = await startLocalSystem({ env: { LETTERLOCK_MAX_MESSAGE_BYTES: String(MAX_MESSAGE_BYTES) } });
  archive = await Archive.signIn(system);
  endpoint = await archive.createEndpoint('swaks');
  other = await archive.createEndpoint('another');
});
afterAll(() => discard(system));

/** swaks puts a line end of its own below what it is given. */
const LINE_END_BYTES = 2;

function swaks(bytes: Uint8Array, to: readonly string[], ...options: string[]) {
  const server = ['--server', '127.0.0.1', '--port', String(system.smtpPort)];
  const envelope = ['--from', 'sender@example.org', '--to', to.join(',')];
  return withFile(bytes.subarray(0, -LINE_END_BYTES), (path) =>
    runProgram('swaks', [...server, ...envelope, '--data', `@${path}`, ...options]),
  );
}

describe('swaks', () => {
  test('gives back by HTTP the very bytes that it sent over STARTTLS', async () => {
    const mail = trickyMail('bytes of swaks');
    const { exitCode, stdout } = await swaks(mail, [endpoint.address], '--tls');
    expect([exitCode, /=== TLS started/.test(stdout)]).toEqual([0, true]);
    const { archiveId } = await archive.arrival(endpoint.mailboxId, 'bytes of swaks');
    expect((await archive.raw(archiveId)).toString('latin1')).toBe(mail.toString('latin1'));
  });

  test('reaches several endpoints in one transaction', async () => {
    expect((await swaks(trickyMail('to two'), [endpoint.address, other.address])).exitCode).toBe(0);
    const arrived = [
      await archive.arrival(endpoint.mailboxId, 'to two'),
      await archive.arrival(other.mailboxId, 'to two'),
    ];
    expect(arrived[0]?.archiveId).toBe(arrived[1]?.archiveId);
  });

  test('pipelines, and an unknown recipient beside a known one loses nothing', async () => {
    const unknown = `nobody@${endpoint.address.split('@')[1]}`;
    const { stdout } = await swaks(trickyMail('one of two'), [unknown, endpoint.address], '--pipeline');
    expect(stdout).toMatch(/550 5\.1\.1 /);
    await archive.arrival(endpoint.mailboxId, 'one of two');
  });

  test('is refused a message over the size limit with 552 after DATA, and nothing of it is kept', async () => {
    const mail = Buffer.concat([trickyMail('too large'), Buffer.from('0123456789\r\n'.repeat(MAX_MESSAGE_BYTES / 10))]);
    const { exitCode, stdout } = await swaks(mail, [endpoint.address], '--suppress-data');
    expect([exitCode, /<\*\* 552 /.test(stdout)]).toEqual([26, true]);
    await swaks(trickyMail('after it'), [endpoint.address]);
    await archive.arrival(endpoint.mailboxId, 'after it');
    expect((await archive.list(endpoint.mailboxId)).map(({ subject }) => subject)).not.toContain('too large');
  });
});
