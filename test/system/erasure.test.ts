import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { verifyCertificate } from '../../shared/usecases/deletion/verify-certificate.ts';
import { until } from '../until.ts';
import { filesWith } from './files-with.ts';
import { markedLetter } from './marked-letter.ts';
import { type Api, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

/** Stands in subject, body, attachment and display name of the mail that goes, and nowhere else. */
const MARKER = 'quillwort';
const HOUR_MS = 60 * 60_000;

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
  for (const mailboxId of [ann, endpoint.mailboxId]) {
    await api.put(`/mailboxes/${mailboxId}/access/admin`, { privileges: ['read'] });
  }
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

test('what an approved erasure finds goes with all that is kept of it, and what a hold keeps is out of sight until then', async () => {
  await deliver('goes', MARKER, 'old@example.net');
  await deliver('held', 'hibernal', 'old@example.net');
  await deliver('stays', 'kept', 'new@example.net');
  await api.indexed();
  const [gone] = (await listed(ann)).filter(({ subject }: { readonly subject: string }) => subject.includes(MARKER));
  expect(await filesWith(running.dataDir, MARKER)).not.toEqual([]);
  const { holdId } = await api.post('/legal-holds', {
    name: 'case',
    matter: '1',
    reason: 'r',
    scope: { query: 'hibernal' },
  });

  const { requestId } = await api.post('/erasure-requests', {
    name: 'a former customer',
    reason: 'asked for it',
    scope: { addresses: ['old@example.net'] },
  });
  const request = () => api.get(`/erasure-requests/${requestId}`);
  const { found: counts } = await until('the request to find', request, { isWanted: ({ state }) => state === 'found' });
  expect(counts).toMatchObject({ messages: 2, free: 1, legalHold: 1 });
  const { jobId } = await api.post(`/erasure-requests/${requestId}/approve`, {});
  expect(await api.ended(jobId)).toMatchObject({ outcome: 'succeeded', details: { purged: 1, held: 1 } });
  expect(await request()).toMatchObject({ state: 'open', results: { purged: 1, blocked: 1 } });
  expect(await listed(ann)).toHaveLength(1);
  for (const path of ['', '/raw', '/arrivals']) {
    expect((await api.fetch(`/messages/${gone.archiveId}${path}`)).status).toBe(404);
  }
  expect(await api.get(`/messages/${gone.archiveId}/retention`)).toMatchObject({
    state: 'purged',
    cause: 'erasure',
    jobId,
    requestId,
  });
  const certificate = JSON.parse(await (await api.fetch(`/jobs/${jobId}/certificate`)).text());
  expect(verifyCertificate(certificate)).toMatchObject({ isValid: true, messages: 1 });
  await api.indexed();
  expect([await found(MARKER), await found('hibernal'), await found('letter')]).toEqual([0, 0, 1]);

  await api.post(`/legal-holds/${holdId}/release`, { reason: 'settled' });
  await api.post(`/erasure-requests/${requestId}/close`, { reason: 'withdrawn' });
  await until('what was held to be found again', () => found('hibernal'), { isWanted: (total) => total === 1 });
  expect(await listed(ann)).toHaveLength(2);

  // The second pass, and segments that readers may have had.
  await api.indexed();
  await pass(HOUR_MS);
  await sweep();
  await pass(6 * HOUR_MS);
  await sweep();
  const segments = async () => (await filesWith(running.dataDir, MARKER)).filter((path) => !/sqlite-wal$/.test(path));
  await until('no segment to have it', segments, { isWanted: ({ length }) => length === 0 });
});

test('nothing of what went is in any file once the system has stopped', async () => {
  await running.stop();
  expect(await filesWith(running.dataDir, MARKER)).toEqual([]);
});
