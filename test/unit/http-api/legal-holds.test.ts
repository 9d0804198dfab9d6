import { beforeEach, describe, expect, test } from 'vitest';
import { indexMail } from '../usecases/search/find/index-mail.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';

const ABOUT = { name: 'Smith v Jones', matter: '17/2026', reason: 'litigation' };

let api: ApiWorld;
beforeEach(async () => {
  api = await createApiWorld();
});

const call = (method: string, path: string, body?: object, token = api.admin) =>
  api.call(method, `/legal-holds${path}`, { token, ...(body ? { body } : {}) });
const make = async (scope: object, more: object = {}) => {
  const { json } = await call('POST', '', { ...ABOUT, scope, ...more });
  return String(json.holdId);
};

describe('a legal hold', () => {
  test('is answered as it was made, with times in UTC and addresses as they are compared', async () => {
    const mailboxId = await api.newMailbox('ann');
    const scope = {
      mailboxes: [mailboxId, mailboxId],
      addresses: ['X@Example.NET'],
      from: '2025-01-01',
      query: 'merger',
    };
    const { status, json } = await call('POST', '', { ...ABOUT, scope, reviewAt: '2026-09-01T12:00:00+02:00' });
    const expected = {
      ...ABOUT,
      holdId: json.holdId,
      scope: {
        mailboxes: [mailboxId],
        addresses: ['x@example.net'],
        from: '2025-01-01T00:00:00.000Z',
        query: 'merger',
      },
      state: 'active',
      createdAt: api.clock.now().toISOString(),
      createdBy: 'admin',
      reviewAt: '2026-09-01T10:00:00.000Z',
    };
    expect([status, json]).toEqual([201, expected]);
    expect((await call('GET', `/${json.holdId}`)).json).toEqual(expected);
  });

  test.each([
    { body: { ...ABOUT }, reason: 'says what it covers' },
    { body: { ...ABOUT, scope: {} }, reason: 'names something' },
    { body: { ...ABOUT, scope: { everything: false } }, reason: 'covers everything or not' },
    { body: { ...ABOUT, scope: { everything: true, query: 'x' } }, reason: 'covers everything, or what is named' },
    { body: { ...ABOUT, scope: { mailboxes: [] } }, reason: 'names mailboxes, if it does' },
    { body: { ...ABOUT, scope: { mailboxes: ['mb-none'] } }, reason: 'names mailboxes that are there' },
    { body: { ...ABOUT, scope: { query: 'mailbox:nobody' } }, reason: 'searches mailboxes that are there' },
    { body: { ...ABOUT, scope: { query: 'form:x@example.net' } }, reason: 'searches by fields that there are' },
    { body: { ...ABOUT, scope: { query: 'x' }, reviewAt: '2025-01-01' }, reason: 'is reviewed some day to come' },
    { body: { ...ABOUT, scope: { addresses: ['nobody'] } }, reason: 'names addresses' },
    { body: { ...ABOUT, scope: { from: '2026-01-01', to: '2025-01-01' } }, reason: 'has a period that ends' },
    { body: { ...ABOUT, scope: { everything: true }, reason: '' }, reason: 'has a reason' },
    { body: { ...ABOUT, scope: { everything: true }, state: 'released' }, reason: 'begins as active' },
  ])('$reason', async ({ body }) => {
    expect(await call('POST', '', body)).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
    expect((await call('GET', '')).json.items).toEqual([]);
  });

  test('is changed in what is said of it, never in what it covers', async () => {
    const holdId = await make({ everything: true }, { reviewAt: '2027-01-01' });
    const { json } = await call('PATCH', `/${holdId}`, { name: 'Jones', reviewAt: null });
    expect(json).toMatchObject({ name: 'Jones', matter: '17/2026', state: 'active' });
    expect(json).not.toHaveProperty('reviewAt');
    expect((await call('PATCH', `/${holdId}`, { reviewAt: '2025-01-01' })).status).toBe(400);
    expect((await call('PATCH', `/${holdId}`, { scope: { query: 'x' } })).status).toBe(400);
  });

  test('is released for ever, with a reason', async () => {
    const holdId = await make({ everything: true });
    expect((await call('POST', `/${holdId}/release`, {})).status).toBe(400);
    const { json } = await call('POST', `/${holdId}/release`, { reason: 'settled' });
    expect(json).toMatchObject({ state: 'released', releasedBy: 'admin', releaseReason: 'settled' });
    expect(json.jobId).toEqual(expect.stringMatching(/^job-/));
    expect((await call('POST', `/${holdId}/release`, { reason: 'again' })).status).toBe(409);
    expect((await call('PATCH', `/${holdId}`, { name: 'x' })).status).toBe(409);
    expect((await call('GET', '?state=active')).json.items).toEqual([]);
    expect((await call('GET', '?state=released')).json.items).toHaveLength(1);
  });
});

describe('while four eyes are on', () => {
  test('a release waits for a second administrator, and is about this hold as it is then', async () => {
    const second = await api.newUser('second', ['admin']);
    const holdId = await make({ everything: true });
    await api.call('PUT', '/compliance', { token: api.admin, body: { fourEyes: true } });
    const waiting = await call('POST', `/${holdId}/release`, { reason: 'settled' });
    expect([waiting.status, (await call('GET', `/${holdId}`)).json.state]).toEqual([202, 'active']);
    const shown = await api.call('GET', `/approvals/${waiting.json.approvalId}`, { token: second });
    expect(shown.json.subject).toEqual({ name: ABOUT.name });
    const approve = `/approvals/${waiting.json.approvalId}/approve`;
    expect((await api.call('POST', approve, { token: api.admin, body: {} })).status).toBe(403);
    expect((await api.call('POST', approve, { token: second, body: {} })).status).toBe(200);
    expect((await call('GET', `/${holdId}`)).json).toMatchObject({
      state: 'released',
      releasedBy: 'admin',
      releaseApprovedBy: 'second',
    });
  });

  test('a hold is made by one', async () => {
    await api.call('PUT', '/compliance', { token: api.admin, body: { fourEyes: true } });
    expect((await call('POST', '', { ...ABOUT, scope: { everything: true } })).status).toBe(201);
  });
});

test('the trail has who made and released it, and nothing of what it searches for', async () => {
  await api.call('PUT', '/audit-settings', { token: api.admin, body: { off: ['holds', 'read'] } });
  const holdId = await make({ query: 'takeover' });
  api.clock.advance(1_000);
  await call('POST', `/${holdId}/release`, { reason: 'settled' });
  const { json } = await api.call('GET', `/audit-events?object=${holdId}`, { token: api.admin });
  expect(json.items?.map(({ action }) => action)).toEqual(['holds.release', 'holds.create']);
  expect(JSON.stringify(json)).not.toContain('takeover');
});

test('a message that the index still has and the tables do not is not listed; cursors are of this list', async () => {
  const mailboxId = await api.newMailbox('ann');
  await indexMail(api.ports, { mailboxId, part: 'all' }, [{ archiveId: `1-${'b'.repeat(64)}`, subject: 'gone' }]);
  const holdId = await make({ query: 'gone' });
  expect((await call('GET', `/${holdId}/messages`)).json).toMatchObject({ items: [], total: 1, quarantined: 0 });
  expect((await call('GET', `/${holdId}/messages?cursor=x`)).status).toBe(400);
});

test('metrics count them', async () => {
  await make({ everything: true });
  await make({ everything: true }, { reviewAt: api.clock.now().toISOString() });
  const text = (await api.call('GET', '/metrics', { token: api.admin })).bytes.toString();
  expect(text).toContain('\nletterlock_legal_holds 2\n');
  expect(text).toContain('\nletterlock_legal_holds_due_for_review 1\n');
});
