import { afterEach, expect, test } from 'vitest';
import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { makeSyslogFiles, type SyslogFiles, startRsyslog } from './rsyslog.ts';

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
  return await until(`"${text}" at rsyslog`, () => from.received(), {
    isWanted: (received) => received.some((line) => line.includes(text)),
  });
}
