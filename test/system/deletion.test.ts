import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../functions/cli/run.ts';
import { fakeTerminal } from '../unit/cli/fake-terminal.ts';
import { until } from '../until.ts';
import { filesWith } from './files-with.ts';
import { markedLetter } from './marked-letter.ts';
import { type Api, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

/** Stands in subject, body, attachment and display name of the mail that goes, and nowhere else. */
const MARKER = 'xylophagous';
const HOUR_MS = 60 * 60_000;

interface Answer {
  readonly error: unknown;
}

let running: RunningSystem;
let api: Api;
let endpoint: { readonly address: string; readonly mailboxId: string };
let ann: string;

beforeAll(async () => {
  running = await startSystem();
  ({ api } = running);
  endpoint = await api.post('/journal-endpoints', { name: 'journal' });
  await api.post('/domains', { domain: 'example.org' });
  ann = (await api.post('/mailboxes', { name: 'ann', primaryAddress: 'ann@example.org' })).mailboxId;
  await api.put(`/mailboxes/${ann}/access/admin`, { privileges: ['read', 'delete'] });
  await api.put(`/mailboxes/${endpoint.mailboxId}/access/admin`, { privileges: ['read'] });
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(async () => {
  await removeData(running);
});

async function deliver(name: string, text: string, from: string): Promise<void> {
  const raw = markedLetter(name, text, from);
  await send(running.system.smtpPort, { from: 'journal@example.org', to: [endpoint.address] }, raw);
}

const listed = async (mailboxId: string) => (await api.get(`/mailboxes/${mailboxId}/messages`)).items;
const found = async (query: string) => (await api.get(`/search?q=${query}`)).total;

/** As if so much time had passed; the session goes on from then. */
async function pass(ms: number): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms, shouldAdvanceTime: true });
  await api.signIn('admin', 'correct horse battery');
}

/** Runs a sweep, and waits for what it has the index do: that says what the next one finds. */
async function sweep(): Promise<void> {
  const { jobId } = await api.post('/maintenance/sweep', {});
  await api.ended(jobId);
  await api.indexed();
}

test('mail past its maximum goes with all that is kept of it, and a certificate says so', async () => {
  const early = async () => (await api.fetch('/certificates/key')).status;
  await until('the key of certificates', early, { isWanted: (status) => status === 200 });
  await deliver('goes', MARKER, 'old@example.net');
  await deliver('stays', 'kept', 'new@example.net');
  await api.indexed();
  const [gone] = (await listed(ann)).filter(({ subject }: { readonly subject: string }) => subject.includes(MARKER));
  expect(await filesWith(running.dataDir, MARKER)).not.toEqual([]);
  await api.post('/retention-policies', {
    name: 'none',
    maximum: { days: 0 },
    conditions: { senders: ['old@example.net'] },
  });

  await pass(48 * HOUR_MS);
  const { jobId } = await api.post('/maintenance/retention', {});
  expect(await api.ended(jobId)).toMatchObject({ outcome: 'succeeded', details: { purged: 1, held: 0 } });
  expect(await listed(ann)).toHaveLength(1);
  expect(await listed(endpoint.mailboxId)).toHaveLength(1);
  for (const path of ['', '/raw', '/arrivals']) {
    expect((await api.fetch(`/messages/${gone.archiveId}${path}`)).status).toBe(404);
  }
  expect(await api.get(`/messages/${gone.archiveId}/retention`)).toMatchObject({
    state: 'purged',
    cause: 'retention',
    jobId,
  });
  await api.indexed();
  expect([await found(MARKER), await found('letter')]).toEqual([0, 1]);

  const certificate = join(running.dataDir, 'certificate.json');
  const key = join(running.dataDir, 'key.json');
  await writeFile(certificate, await (await api.fetch(`/jobs/${jobId}/certificate`)).text());
  await writeFile(key, JSON.stringify(await api.get('/certificates/key')));
  expect((await api.get('/certificates')).items).toMatchObject([{ jobId, cause: 'retention', messages: 1 }]);
  const terminal = fakeTerminal({ columns: 200 });
  expect(await run(['verify-certificate', certificate, '--key', key], {}, terminal.terminal)).toBe(0);
  expect(terminal.out()).toContain(`job ${jobId}: 1 message,`);

  // The second pass, and segments that readers may have had.
  await api.indexed();
  await pass(HOUR_MS);
  await sweep();
  await pass(6 * HOUR_MS);
  await sweep();
  const segments = async () => (await filesWith(running.dataDir, MARKER)).filter((path) => !/sqlite-wal$/.test(path));
  await until('no segment to have it', segments, { isWanted: ({ length }) => length === 0 });
});

test('whoever may delete removes a message from a mailbox, and is told why not', async () => {
  const [{ archiveId }] = await listed(ann);
  const remove = (more = '') => api.fetch(`/messages/${archiveId}?mailbox=${ann}${more}`, { method: 'DELETE' });
  await api.put('/settings/deletion', { allowed: false });
  expect((await remove()).status).toBe(403);
  await api.put('/settings/deletion', { allowed: true });
  const policy = await api.post('/retention-policies', { name: 'books', minimum: { years: 1 } });
  const kept = await remove();
  expect([kept.status, ((await kept.json()) as Answer).error]).toMatchObject([
    409,
    { code: 'under_retention', details: { policies: [{ policyId: policy.policyId }] } },
  ]);
  await api.fetch(`/retention-policies/${policy.policyId}`, { method: 'DELETE' });
  const { holdId } = await api.post('/legal-holds', {
    name: 'case',
    matter: '1',
    reason: 'r',
    scope: { everything: true },
  });
  const held = await remove();
  expect([held.status, ((await held.json()) as Answer).error]).toMatchObject([
    409,
    { code: 'legal_hold', details: { holds: [{ holdId }] } },
  ]);
  await api.post(`/legal-holds/${holdId}/release`, { reason: 'settled' });
  // The release lifts the holds of stored versions, too.
  const jobs = async (): Promise<readonly { readonly state: string }[]> => (await api.get('/jobs')).items;
  await until('the end of all jobs', jobs, { isWanted: (all) => all.every(({ state }) => state === 'finished') });
  expect((await remove('&folder=Elsewhere')).status).toBe(404);
  expect((await remove()).status).toBe(202);
  expect(await listed(ann)).toEqual([]);
  const status = async () => (await api.fetch(`/messages/${archiveId}`)).status;
  await until('the message to go', status, { isWanted: (now) => now === 404 });
  const codes = async () =>
    (await api.get(`/audit-events?object=${archiveId}`)).items.map(
      ({ action, code }: { readonly action: string; readonly code?: string }) => `${action} ${code ?? 'done'}`,
    );
  const isPurged = (known: readonly string[]) => known.includes('deletion.purge done');
  expect(await until('the purge in the trail', codes, { isWanted: isPurged })).toEqual(
    expect.arrayContaining([
      'deletion.message under_retention',
      'deletion.message legal_hold',
      'deletion.message done',
      'deletion.purge done',
    ]),
  );
});

test('nothing of what went is in any file once the system has stopped', async () => {
  await running.stop();
  expect(await filesWith(running.dataDir, MARKER)).toEqual([]);
});
