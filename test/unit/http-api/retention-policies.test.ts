import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;
const PATH = '/retention-policies';

beforeEach(async () => {
  api = await createApiWorld();
});

const post = (body: unknown, path = PATH) => api.call('POST', path, { token: api.admin, body });
const patch = (policyId: string, body: unknown) => api.call('PATCH', `${PATH}/${policyId}`, { token: api.admin, body });
const get = (path: string) => api.call('GET', path, { token: api.admin });

async function made(body: object): Promise<string> {
  const { status, json } = await post({ name: 'policy', ...body });
  expect(status).toBe(201);
  return String(json.policyId);
}

describe('a retention policy', () => {
  test('is made with what is usual, and kept as it is compared', async () => {
    const mailboxId = await api.newMailbox('m');
    const conditions = { mailboxes: [mailboxId], senders: ['Bob@Example.ORG'], domains: ['@Bücher.example'] };
    const { status, json } = await post({ name: 'books', conditions, minimum: { years: 10, endOfCalendarYear: true } });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      version: 1,
      priority: 0,
      countedFrom: 'archived',
      conditions: { mailboxes: [mailboxId], senders: ['bob@example.org'], domains: ['xn--bcher-kva.example'] },
    });
    expect((await get(`${PATH}/${json.policyId}`)).json).toEqual(json);
  });

  test('takes a search that means the same for ever', async () => {
    await made({ maximum: { days: 1 }, conditions: { query: 'newsletter -in:Keep before:2024-03 larger:1M' } });
  });

  test('names groups as people do', async () => {
    await api.call('POST', '/groups', { token: api.admin, body: { groupName: 'Board' } });
    const policyId = await made({ conditions: { groups: ['board'] }, minimum: { years: 1 } });
    expect((await get(`${PATH}/${policyId}`)).json.conditions).toEqual({ groups: ['Board'] });
    await api.call('PATCH', '/groups/Board', { token: api.admin, body: { groupName: 'Directors' } });
    expect((await get(`${PATH}/${policyId}`)).json.conditions).toEqual({ groups: ['Directors'] });
  });

  test.each<[string, object]>([
    ['neither minimum nor maximum', {}],
    ['a hundred and one years', { minimum: { years: 101 } }],
    ['a part of a day', { minimum: { days: 1.5 } }],
    ['two units', { minimum: { days: 1, years: 1 } }],
    ['a folder beside a minimum', { minimum: { days: 1 }, conditions: { folders: ['Trash'] } }],
    ['sizes that nothing has', { maximum: { days: 1 }, conditions: { largerThanBytes: 5, smallerThanBytes: 6 } }],
    ['a size below nothing', { maximum: { days: 1 }, conditions: { smallerThanBytes: 0 } }],
    ['a maximum shorter than its minimum', { minimum: { years: 2 }, maximum: { years: 1 } }],
    ['a mailbox that nobody has', { minimum: { days: 1 }, conditions: { mailboxes: ['mb-none'] } }],
    ['an endpoint that there is not', { minimum: { days: 1 }, conditions: { endpoints: ['ep-none'] } }],
    ['a group that there is not', { minimum: { days: 1 }, conditions: { groups: ['none'] } }],
    ['an empty list', { minimum: { days: 1 }, conditions: { senders: [] } }],
    ['what is no address', { minimum: { days: 1 }, conditions: { senders: ['nobody'] } }],
    ['what is no domain', { minimum: { days: 1 }, conditions: { domains: ['a b'] } }],
    ['a search from a day that moves', { maximum: { days: 1 }, conditions: { query: 'word -after:30d' } }],
    ['a search until today', { maximum: { days: 1 }, conditions: { query: 'word before:today' } }],
    ['a search for a sign, which would find everything', { maximum: { days: 1 }, conditions: { query: '🎉' } }],
    ['a search for nothing', { maximum: { days: 1 }, conditions: { query: '( )' } }],
    ['a search with a field that there is not', { maximum: { days: 1 }, conditions: { query: 'x -folder:Keep' } }],
    ['a search with a day that there is not', { maximum: { days: 1 }, conditions: { query: 'x -after:2023-02-29' } }],
    ['a search that names a mailbox', { maximum: { days: 1 }, conditions: { query: '-mailbox:ann' } }],
    ['a condition that there is not', { minimum: { days: 1 }, conditions: { subject: ['x'] } }],
    ['a default policy with conditions', { minimum: { days: 1 }, isDefault: true, conditions: { largerThanBytes: 1 } }],
  ])('is refused with %s', async (_name, body) => {
    const { status, json } = await post({ name: 'policy', ...body });
    expect([status, json.error?.code]).toEqual([400, 'invalid_request']);
  });

  test('made with a search that would be refused now goes on, and takes other changes', async () => {
    const policyId = await made({ maximum: { days: 1 }, conditions: { query: 'newsletter' } });
    const key = { pk: 'retention-policy', sk: policyId };
    const item = await api.ports.tables.get('configuration', key);
    const conditions = { query: 'newsletter -folder:Keep' };
    await api.ports.tables.put('configuration', { ...key, version: 9, data: { ...item?.data, conditions } });
    expect((await patch(policyId, { name: 'renamed' })).json).toMatchObject({ name: 'renamed', conditions });
    expect((await patch(policyId, { conditions: { query: 'x -folder:Keep' } })).status).toBe(400);
  });

  test('changes in versions that stay, also once it is retired', async () => {
    const policyId = await made({ minimum: { years: 1 } });
    expect((await patch(policyId, { minimum: { years: 2 }, maximum: { years: 3 } })).json.version).toBe(2);
    expect((await patch(policyId, { maximum: null, name: 'other' })).json).toMatchObject({ version: 3, name: 'other' });
    expect((await patch(policyId, { name: 'other' })).json.version).toBe(3);
    expect((await api.call('DELETE', `${PATH}/${policyId}`, { token: api.admin })).status).toBe(204);
    const { items } = (await get(`${PATH}/${policyId}/versions`)).json;
    expect(items?.map(({ changedBy, approvedBy }) => [changedBy, approvedBy])).toEqual(
      Array.from({ length: 4 }, () => ['admin', undefined]),
    );
    expect(items?.map(({ version, maximum }) => [version, maximum])).toEqual([
      [4, undefined],
      [3, undefined],
      [2, { years: 3 }],
      [1, undefined],
    ]);
    expect((await get(PATH)).json.items).toEqual([]);
    expect((await get(`${PATH}?retired=true`)).json.items).toHaveLength(1);
    expect((await patch(policyId, { name: 'again' })).status).toBe(409);
  });

  test('for all mail there is once; after it was retired, anew', async () => {
    expect(await made({ isDefault: true, minimum: { years: 1 } })).toBe('default');
    expect((await post({ name: 'another', isDefault: true, minimum: { years: 1 } })).status).toBe(409);
    await api.call('DELETE', `${PATH}/default`, { token: api.admin });
    expect((await post({ name: 'another', isDefault: true, minimum: { years: 1 } })).json.version).toBe(3);
  });

  test('leaves in the audit trail what was changed', async () => {
    const policyId = await made({ minimum: { years: 1 } });
    await patch(policyId, { minimum: { years: 2 } });
    const { items } = (await get('/audit-events?category=retention')).json;
    expect(items?.map(({ action }) => action)).toEqual(['retention.changePolicy', 'retention.createPolicy']);
    expect(items?.[0]).toMatchObject({
      object: { kind: 'retentionPolicy', id: policyId },
      after: { minimum: { years: 2 } },
    });
  });
});

test('a preview is of all policies, or of changes of those that there are', async () => {
  const preview = (body: object) => post(body, `${PATH}/preview`);
  const some = { name: 'short', maximum: { days: 1 } };
  for (const body of [
    {},
    { policies: [some] },
    { changes: [{ policyId: 'rp-1', maximum: null }], add: [some], without: [] },
  ])
    expect((await preview(body)).status).toBe(202);
  for (const body of [{ policies: [some], add: [some] }, { add: [{ name: 'none', maximum: { days: -1 } }] }])
    expect((await preview(body)).status).toBe(400);
});

describe('with four eyes', () => {
  beforeEach(async () => {
    await api.newUser('second', ['admin']);
    await api.call('PUT', '/compliance', { token: api.admin, body: { fourEyes: true } });
  });

  test('what keeps mail longer is done at once, what may let it go waits', async () => {
    const policyId = await made({ minimum: { years: 1 } });
    expect((await patch(policyId, { minimum: { years: 2 } })).status).toBe(200);
    expect((await patch(policyId, { minimum: { years: 1 } })).status).toBe(202);
    expect((await patch(policyId, { maximum: { years: 9 } })).status).toBe(202);
    expect((await post({ name: 'short', maximum: { years: 1 } })).status).toBe(202);
    expect((await api.call('DELETE', `${PATH}/${policyId}`, { token: api.admin })).status).toBe(202);
    expect((await get(`${PATH}/${policyId}`)).json).toMatchObject({ version: 2, minimum: { years: 2 } });
  });

  test('an approval is for the version that it was asked of', async () => {
    const policyId = await made({ minimum: { years: 5 } });
    const { approvalId } = (await patch(policyId, { minimum: { years: 1 } })).json;
    await patch(policyId, { minimum: { years: 10 } });
    const second = await api.signIn('second', 'a long password');
    const approved = await api.call('POST', `/approvals/${approvalId}/approve`, { token: second });
    expect([approved.status, approved.json.error?.code]).toEqual([409, 'conflict']);
    expect((await get(`${PATH}/${policyId}`)).json.minimum).toEqual({ years: 10 });
  });

  test('what waits is shown with what the policy is now, as far as it would change, until it is done', async () => {
    const policyId = await made({ minimum: { years: 5 } });
    const { approvalId } = (await patch(policyId, { minimum: { years: 1 } })).json;
    const subject = async () => (await get(`/approvals/${approvalId}`)).json.subject;
    expect(await subject()).toEqual({ name: expect.any(String), before: { minimum: { years: 5 } } });
    const second = await api.signIn('second', 'a long password');
    await api.call('POST', `/approvals/${approvalId}/approve`, { token: second });
    expect(await subject()).toBeUndefined();
  });

  test('once approved, it is done', async () => {
    const { approvalId } = (await post({ name: 'short', maximum: { years: 1 } })).json;
    const second = await api.signIn('second', 'a long password');
    await api.call('POST', `/approvals/${approvalId}/approve`, { token: second });
    const { items } = (await get(PATH)).json;
    expect(items).toMatchObject([{ changedBy: 'admin', approvedBy: 'second' }]);
    const policyId = String(items?.[0]?.policyId);
    const longer = (await patch(policyId, { maximum: { years: 2 } })).json;
    expect([longer.changedBy, longer.approvedBy]).toEqual(['admin', undefined]);
  });
});

test('why a message is kept names holds to administrators alone', async () => {
  const mailboxId = await api.newMailbox('m');
  api.mail.filings.push({ mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' });
  const reader = await api.newUser('reader');
  await api.grant(mailboxId, 'reader', 'read');
  const path = `/messages/1-${'a'.repeat(64)}/retention`;
  const own = (await api.call('GET', path, { token: reader })).json;
  expect(own).toMatchObject({ state: 'kept', isHeld: true });
  expect(own.holds).toBeUndefined();
  expect((await api.call('GET', path, { token: api.admin })).json.holds).toEqual([
    { holdId: 'lh-1', name: 'Case', matter: 'M 1' },
  ]);
  const stranger = await api.newUser('stranger');
  expect((await api.call('GET', path, { token: stranger })).status).toBe(404);
});
