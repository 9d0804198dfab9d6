import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { type CertificatePayload, signedText } from '../../../shared/domain/deletion/deletion-certificate.ts';
import { proofKeys } from '../../../shared/usecases/deletion/signing-key.ts';
import { createMemoryPorts } from '../usecases/memory-ports.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const MESSAGE = {
  archiveId: '1-abc',
  purgedAt: '2026-03-01T10:00:00.000Z',
  archivedAt: '2026-02-01T10:00:00.000Z',
  receivedAt: '2026-02-01T10:00:00.000Z',
  arrivals: [],
  renditions: [{ hash: 'ab', sizeBytes: 100 }],
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** Verifies a certificate of these messages. */
async function verified(messages: CertificatePayload['messages']) {
  const { publicKey, sign } = await proofKeys(createMemoryPorts('certificate'));
  const payload: CertificatePayload = {
    kind: 'letterlock-deletion-certificate',
    format: 1,
    jobId: 'job-1',
    cause: 'retention',
    archive: 'journal.test',
    startedAt: '2026-03-01T10:00:00.000Z',
    until: '2026-03-01T10:00:00.000Z',
    part: 1,
    parts: 1,
    totals: { messages: messages.length, bytes: 100 * messages.length },
    policies: [],
    messages,
  };
  const file = join(directory, 'certificate.json');
  const key = join(directory, 'key');
  await writeFile(key, publicKey);
  await writeFile(
    file,
    JSON.stringify({ certificate: [{ payload, publicKey, signature: sign(signedText(payload)) }] }),
  );
  const terminal = fakeTerminal({ columns: 200 });
  const exitCode = await run(['verify-certificate', file, '--key', key], {}, terminal.terminal);
  return { exitCode, out: terminal.out() };
}

test('a certificate is verified as it was made before storage locks were told of', async () => {
  const { exitCode, out } = await verified([MESSAGE]);
  expect([exitCode, out]).toEqual([0, expect.not.stringContaining('storage kept')]);
});

test.each([
  [
    'until when',
    { lockedObjects: 2, lockedUntil: '2026-04-01T00:00:00.000Z' },
    'of 1 of them storage kept bytes until 2026-04-01',
  ],
  ['as far as that is known', { lockedObjects: 2 }, 'of 1 of them storage kept bytes\n'],
])('a certificate says of how many messages storage kept bytes, %s', async (_what, locked, text) => {
  const { exitCode, out } = await verified([MESSAGE, { ...MESSAGE, ...locked }]);
  expect([exitCode, out]).toEqual([0, expect.stringContaining(text)]);
});

test('certificates are listed', async () => {
  const item = { jobId: 'job-1', cause: 'erasure', requestId: 'erasure-1', messages: 3, bytes: 2_000, bytesLocked: 1 };
  const api = await startFakeApi({ 'GET /certificates': { json: { items: [item] } } });
  try {
    const terminal = fakeTerminal({ columns: 200 });
    const env = { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1', XDG_CONFIG_HOME: directory };
    expect(await run(['certificate', 'list'], env, terminal.terminal)).toBe(0);
    for (const text of ['job-1', 'erasure-1', '3', '1']) expect(terminal.out()).toContain(text);
  } finally {
    await api.close();
  }
});
