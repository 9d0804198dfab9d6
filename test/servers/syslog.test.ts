import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { discard, freePort, type LocalSystem, startLocalSystem } from './local-system.ts';
import { makeSyslogFiles, type SyslogFiles, startRsyslog } from './rsyslog.ts';

const TAKES_WITHIN_MS = 60_000;

let system: LocalSystem | undefined;
let files: SyslogFiles | undefined;
let stopReceiver: (() => Promise<void>) | undefined;

afterEach(async () => {
  await discard(system);
  await stopReceiver?.();
  await files?.remove();
});

test('audit events reach rsyslog over TLS; an outage loses none and holds up no request', async () => {
  const port = await freePort();
  files = await makeSyslogFiles();
  const env = { LETTERLOCK_AUDIT_SYSLOG: `tls://localhost:${port}`, LETTERLOCK_AUDIT_SYSLOG_CA: files.caFile };
  system = await startLocalSystem({ env });

  // Nobody listens yet.
  await signInAs('before the receiver');
  stopReceiver = await startRsyslog(files, port);
  await arrival(files, 'before the receiver');
  await signInAs('while it runs');
  await arrival(files, 'while it runs');
  await stopReceiver();
  for (let i = 0; i < 20; i++) await signInAs(`during an outage ${i}`);
  stopReceiver = await startRsyslog(files, port);
  const received = await arrival(files, 'during an outage 19');

  for (let i = 0; i < 20; i++) expect(received.some((line) => line.includes(`"during an outage ${i}"`))).toBe(true);
  const [priority, , msgid, message = ''] = received.find((line) => line.includes('while it runs'))?.split('\t') ?? [];
  expect([priority, msgid]).toEqual(['108', 'signIn.begin']);
  expect(JSON.parse(message)).toMatchObject({ action: 'signIn.begin', outcome: 'denied', code: 'unauthenticated' });
});

async function signInAs(userName: string): Promise<void> {
  const body = JSON.stringify({ userName, password: 'wrong' });
  const headers = { 'content-type': 'application/json' };
  const { status } = await fetch(`${system?.url}/api/v1/sessions`, { method: 'POST', headers, body });
  expect(status).toBe(401);
}

/** All that was received, once a message with this text has been. */
async function arrival(from: SyslogFiles, text: string): Promise<readonly string[]> {
  const end = Date.now() + TAKES_WITHIN_MS;
  while (Date.now() < end) {
    const received = await from.received();
    if (received.some((line) => line.includes(text))) return received;
    await pause(200);
  }
  throw new Error(`rsyslog did not get "${text}"`);
}
