import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const ABOUT = { name: 'Smith v Jones', matter: '17/2026', reason: 'litigation' };

let running: RunningSystem;
let api: Api;
let endpoint: { readonly endpointId: string; readonly address: string; readonly mailboxId: string };
let bob: string;

beforeAll(async () => {
  running = await startSystem();
  ({ api } = running);
  endpoint = await api.post('/journal-endpoints', { name: 'journal' });
  await api.post('/mailboxes', { name: 'ann', primaryAddress: 'ann@example.org' });
  bob = (await api.post('/mailboxes', { name: 'bob', primaryAddress: 'bob@example.org' })).mailboxId;
  for (let number = 1; number <= 6; number += 1) await deliver(number, number % 2 === 0 ? 'the merger' : 'lunch');
  await api.indexed();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

async function deliver(number: number, text: string): Promise<void> {
  const raw = mail(
    {
      From: 'Ann <ann@example.org>',
      To: 'bob@example.org',
      Subject: `letter ${number}`,
      Date: new Date().toUTCString(),
      'Message-ID': `<${number}@example.org>`,
    },
    `${text}\n`,
  );
  await send(running.system.smtpPort, { from: 'journal@example.org', to: [endpoint.address] }, raw);
}

const held = (holdId: string, more = '') => api.get(`/legal-holds/${holdId}/messages${more}`);
const subjects = ({ items }: { readonly items: readonly { readonly subject: string }[] }) =>
  items.map(({ subject }) => subject).toSorted();

/** The job that the last change of a hold started, once it has ended. */
async function lastHoldJob() {
  const { items } = await api.get('/jobs');
  const { jobId } = items.find(({ kind }: { readonly kind: string }) => kind === 'holds');
  return await api.ended(jobId);
}

describe('a hold on mail that came by SMTP', () => {
  test('covers what its search finds, and what arrives while it is active', async () => {
    const hold = await api.post('/legal-holds', { ...ABOUT, scope: { query: 'merger -hostile' } });
    expect(hold).toMatchObject({ ...ABOUT, state: 'active', createdBy: 'admin', scope: { query: 'merger -hostile' } });
    const first = await held(hold.holdId);
    expect(subjects(first)).toEqual(['letter 2', 'letter 4', 'letter 6']);
    expect(first).toMatchObject({ total: 3, totalIsExact: true, quarantined: 0 });
    await deliver(7, 'one more merger');
    await deliver(8, 'a hostile merger');
    // It stands in the first of its mailboxes: until the index of that one has it, the list is short.
    await api.indexed();
    expect((await held(hold.holdId)).total).toBe(4);
    expect(subjects(await held(hold.holdId))).toEqual(['letter 2', 'letter 4', 'letter 6', 'letter 7']);
    // Page by page, each once.
    const page = await held(hold.holdId, '?limit=3');
    const rest = await held(hold.holdId, `?limit=3&cursor=${page.cursor}`);
    expect([...subjects(page), ...subjects(rest)].toSorted()).toEqual(subjects(await held(hold.holdId)));
  });

  test('locks what is stored of it, and a release lifts that', async () => {
    const { holdId } = await api.post('/legal-holds', { ...ABOUT, scope: { mailboxes: [bob] } });
    expect(await lastHoldJob()).toMatchObject({ outcome: 'succeeded', details: { versions: 8 } });
    const released = await api.post(`/legal-holds/${holdId}/release`, { reason: 'settled' });
    expect(released).toMatchObject({ state: 'released', releasedBy: 'admin', releaseReason: 'settled' });
    expect(await lastHoldJob()).toMatchObject({ outcome: 'succeeded' });
    const again = await api.fetch(`/legal-holds/${holdId}/release`, {
      method: 'POST',
      body: JSON.stringify({ reason: 'again' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(again.status).toBe(409);
  });

  test('covers quarantine of its period', async () => {
    await send(
      running.system.smtpPort,
      { from: 'a@example.org', to: [endpoint.address] },
      'no header field at all\r\n',
    );
    await api.filed();
    const { holdId } = await api.post('/legal-holds', { ...ABOUT, scope: { addresses: ['x@example.net'] } });
    expect(await held(holdId)).toMatchObject({ items: [], total: 0, quarantined: 1 });
    expect((await api.get(`/legal-holds/${holdId}/quarantine`)).items).toMatchObject([{ reason: 'not_a_message' }]);
  });

  test('takes two administrators to release while four eyes are on, and is in the trail', async () => {
    const { holdId } = await api.post('/legal-holds', { ...ABOUT, scope: { everything: true } });
    await api.post('/users', { userName: 'second', password: 'a long password', privileges: ['admin'] });
    const second = new Api(api.origin);
    await second.signIn('second', 'a long password');
    await api.put('/compliance', { fourEyes: true });
    const { approvalId } = await api.post(`/legal-holds/${holdId}/release`, { reason: 'settled' });
    expect((await api.get(`/legal-holds/${holdId}`)).state).toBe('active');
    await second.post(`/approvals/${approvalId}/approve`, {});
    expect(await api.get(`/legal-holds/${holdId}`)).toMatchObject({
      state: 'released',
      releasedBy: 'admin',
      releaseApprovedBy: 'second',
    });
    const { items } = await api.get(`/audit-events?object=${holdId}`);
    const actions = items.map(({ action }: { readonly action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(['holds.create', 'holds.release']));
    expect(JSON.stringify(await api.get('/audit-events?category=holds'))).not.toContain('merger');
  });
});

test('holds outlive a restart', async () => {
  const { holdId } = await api.post('/legal-holds', { ...ABOUT, scope: { query: 'lunch' }, reviewAt: '2030-01-01' });
  await running.stop();
  running = await startSystem({ dataDir: running.dataDir });
  ({ api } = running);
  expect(await api.get(`/legal-holds/${holdId}`)).toMatchObject({
    state: 'active',
    reviewAt: '2030-01-01T00:00:00.000Z',
  });
  expect(await held(holdId)).toMatchObject({ total: 3, totalIsExact: true });
  const metrics = await (await api.fetch('/metrics')).text();
  expect(metrics).toMatch(/^letterlock_legal_holds 3$/m);
});
