import { beforeEach, describe, expect, test } from 'vitest';
import { type JobKind, NO_COUNTS } from '../../../shared/domain/job.ts';
import type { RequestKind } from '../../../shared/domain/requests/data-request.ts';
import type { RequestedMessage } from '../../../shared/domain/requests/requested-message.ts';
import { StorageError } from '../../../shared/errors.ts';
import { dataOf } from '../../../shared/usecases/item-data.ts';
import { recordKey, requestedKey } from '../../../shared/usecases/message-keys.ts';
import { changeRequest, findRequest } from '../../../shared/usecases/requests/request-book.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

const ABOUT = { name: 'Ann Smith', reason: 'she asked for it' };
const PATHS: { readonly [Kind in RequestKind]: string } = {
  erasure: '/erasure-requests',
  access: '/access-requests',
  'bulk-deletion': '/bulk-deletions',
};
const KINDS = Object.entries(PATHS) as readonly (readonly [RequestKind, string])[];
const COUNTS = { messages: 1, bytes: 9, free: 1, legalHold: 0, underRetention: 0, objectLocked: 0, undecided: 0 };
const REASON = { reason: 'settled' };

let api: ApiWorld;
beforeEach(async () => {
  api = await createApiWorld();
});

const call = (method: string, path: string, body?: object, token = api.admin) =>
  api.call(method, path, { token, ...(body ? { body } : {}) });

async function make(kind: RequestKind, scope: object = { query: 'merger' }, token = api.admin): Promise<string> {
  const { json } = await call('POST', PATHS[kind], { ...ABOUT, scope }, token);
  return `${PATHS[kind]}/${json.requestId}`;
}

function idIn(path: string): string {
  return path.split('/')[2] ?? '';
}

/** As the job would end that looks for its messages: it found one. */
async function found(path: string, change: Partial<RequestedMessage> = {}): Promise<void> {
  const foundAt = api.clock.now().toISOString();
  const item = await findRequest(api.ports, idIn(path));
  await changeRequest(api.ports, item, { state: 'found', found: { foundAt, ...COUNTS } });
  const message: RequestedMessage = {
    archiveId: ARCHIVE_ID,
    foundAt,
    mailboxIds: item.data.scope.mailboxes ?? ['mb-1'],
    action: item.data.action,
    state: 'waiting',
    decidedAt: foundAt,
    sizeBytes: 9,
    ...change,
  };
  await api.ports.tables.put('activity', {
    ...requestedKey(idIn(path), ARCHIVE_ID),
    version: 1,
    data: dataOf(message),
  });
  const summary = { date: foundAt, from: { address: 'bob@example.net' }, to: [], subject: 'Hello', sizeBytes: 9 };
  await api.ports.tables.put('messages', { ...recordKey(ARCHIVE_ID), version: 1, data: { state: 'live', summary } });
  // What was asked for later was seen.
  api.clock.advance(1_000);
}

/** A user with these privileges on a mailbox of theirs. */
async function ownerOf(userName: string, ...privileges: string[]) {
  const token = await api.newUser(userName);
  const mailboxId = await api.newMailbox(userName);
  await api.grant(mailboxId, userName, ...privileges);
  return { token, mailboxId };
}

describe.each(KINDS)('a request of the kind %s', (kind, path) => {
  test('is answered as it was made, with times in UTC and addresses as they are compared', async () => {
    const mailboxId = await api.newMailbox('ann');
    const scope = { mailboxes: [mailboxId, mailboxId], addresses: ['X@Example.NET'], from: '2025-01-01', query: 'x' };
    const more = { reference: '17/2026', dueAt: '2026-09-01T12:00:00+02:00' };
    const { status, json } = await call('POST', path, { ...ABOUT, ...more, scope });
    const expected = {
      ...ABOUT,
      requestId: json.requestId,
      kind,
      reference: '17/2026',
      scope: {
        mailboxes: [mailboxId],
        addresses: ['x@example.net'],
        from: '2025-01-01T00:00:00.000Z',
        query: 'x',
      },
      action: kind === 'access' ? 'keep' : 'purge',
      state: 'finding',
      createdAt: api.clock.now().toISOString(),
      createdBy: 'admin',
      dueAt: '2026-09-01T10:00:00.000Z',
      jobIds: json.jobIds,
    };
    expect([status, json]).toEqual([201, expected]);
    expect((await call('GET', `${path}/${json.requestId}`)).json).toEqual(expected);
    expect((await call('GET', `${path}?state=finding`)).json.items).toEqual([expected]);
    expect((await call('GET', `${path}?state=closed`)).json.items).toEqual([]);
  });

  test.each([
    { body: { ...ABOUT }, reason: 'says what it is about' },
    { body: { ...ABOUT, scope: {} }, reason: 'names something' },
    { body: { ...ABOUT, scope: { everything: true } }, reason: 'is not about everything' },
    { body: { ...ABOUT, scope: { mailboxes: [] } }, reason: 'names mailboxes, if it does' },
    { body: { ...ABOUT, scope: { mailboxes: ['mb-none'] } }, reason: 'names mailboxes that are there' },
    { body: { ...ABOUT, scope: { query: 'mailbox:nobody' } }, reason: 'searches mailboxes that are there' },
    { body: { ...ABOUT, scope: { query: ' ' } }, reason: 'searches for something' },
    { body: { ...ABOUT, scope: { addresses: ['nobody'] } }, reason: 'names addresses' },
    { body: { ...ABOUT, scope: { from: '2026-01-01', to: '2025-01-01' } }, reason: 'has a period that ends' },
    { body: { ...ABOUT, scope: { query: 'x'.repeat(100_000) } }, reason: 'has a query of some length' },
    { body: { ...ABOUT, scope: { query: 'x' }, name: '' }, reason: 'has a name' },
    { body: { name: 'Ann', scope: { query: 'x' } }, reason: 'has a reason' },
    { body: { ...ABOUT, scope: { query: 'x' }, reference: 'a\nb' }, reason: 'has a reference of one line' },
    { body: { ...ABOUT, scope: { query: 'x' }, dueAt: 'soon' }, reason: 'has a day that it is due' },
    { body: { ...ABOUT, scope: { query: 'x' }, action: 'keep' }, reason: 'does not keep all that it finds' },
    { body: { ...ABOUT, scope: { query: 'x' }, ownedBy: 'u-1' }, reason: 'is whose it is' },
    { body: { ...ABOUT, scope: { query: 'x' }, state: 'found' }, reason: 'has its state by what is done' },
  ])('$reason', async ({ body }) => {
    expect((await call('POST', path, body)).status).toBe(400);
    expect((await call('GET', path)).json.items).toEqual([]);
  });

  test('is changed in what is said of it, never in what it is about', async () => {
    const request = await make(kind);
    const { json } = await call('PATCH', request, { name: 'Ann', reference: '18', dueAt: '2027-01-01' });
    expect(json).toMatchObject({ name: 'Ann', reference: '18', dueAt: '2027-01-01T00:00:00.000Z' });
    const without = (await call('PATCH', request, { reference: null, dueAt: null })).json;
    expect([without.reference, without.dueAt]).toEqual([undefined, undefined]);
    for (const body of [{ scope: { query: 'y' } }, { state: 'closed' }, { name: null }, { dueAt: 'soon' }]) {
      expect((await call('PATCH', request, body)).status).toBe(400);
    }
  });

  test('is of its kind alone', async () => {
    const request = await make(kind);
    for (const [other, otherPath] of KINDS) {
      const { status } = await call('GET', `${otherPath}/${idIn(request)}`);
      expect(status).toBe(other === kind ? 200 : 404);
    }
  });

  test('ends with a reason, and then for ever', async () => {
    const request = await make(kind);
    expect((await call('POST', `${request}/close`, {})).status).toBe(400);
    const closed = await call('POST', `${request}/close`, REASON);
    expect(closed.json).toMatchObject({ state: 'closed', closedBy: 'admin', closeReason: 'settled' });
    expect((await call('POST', `${request}/close`, { reason: 'again' })).json.closeReason).toBe('settled');
    expect((await call('PATCH', request, { name: 'x' })).status).toBe(409);
    expect((await call('POST', `${request}/find`, {})).status).toBe(409);
    expect((await call('POST', `${request}/${kind === 'access' ? 'export' : 'approve'}`, {})).status).toBe(409);
  });

  test('shows its messages with what becomes of them, and what keeps them', async () => {
    const request = await make(kind);
    await found(request, {
      state: 'blocked',
      block: { reason: 'legal_hold', holdIds: ['hold-1'] },
    });
    const { json } = await call('GET', `${request}/messages`);
    expect(json.items).toMatchObject([
      { archiveId: ARCHIVE_ID, subject: 'Hello', state: 'blocked', block: { holdIds: ['hold-1'] }, sizeBytes: 9 },
    ]);
    expect((await call('GET', `${request}/messages?state=waiting`)).json.items).toEqual([]);
    expect((await call('GET', `${request}/messages?state=blocked&action=keep`)).json.items).toHaveLength(
      kind === 'access' ? 1 : 0,
    );
    for (const query of ['state=x', 'action=x', 'limit=0', 'cursor=x']) {
      expect((await call('GET', `${request}/messages?${query}`)).status).toBe(400);
    }
    await call('PUT', '/compliance', { hideSubjects: true });
    expect((await call('GET', `${request}/messages`)).json.items?.[0]?.subject).toBe('');
    await api.ports.tables.put('messages', { ...recordKey(ARCHIVE_ID), version: 2, data: { state: 'purged' } });
    expect((await call('GET', `${request}/messages`)).json.items?.[0]).not.toHaveProperty('subject');
  });

  test('has its choices made with a reason, until it is approved', async () => {
    const request = await make(kind);
    const choose = (body: object) => call('PATCH', `${request}/messages/${ARCHIVE_ID}`, body);
    expect((await choose({ action: 'keep', ...REASON })).status).toBe(404);
    await found(request);
    for (const body of [{}, { action: 'keep' }, REASON, { action: 'delete', ...REASON }]) {
      expect((await choose(body)).status).toBe(400);
    }
    expect((await choose({ action: 'remove', ...REASON })).status).toBe(kind === 'access' ? 400 : 200);
    expect((await choose({ action: 'keep', ...REASON })).json).toMatchObject({
      action: 'keep',
      chosen: { by: 'admin', reason: 'settled' },
    });
    expect((await call('PATCH', `${request}/messages/none`, { action: 'keep', ...REASON })).status).toBe(404);
    await changeRequest(api.ports, await findRequest(api.ports, idIn(request)), { state: 'running' });
    expect((await choose({ action: 'keep', ...REASON })).status).toBe(409);
  });
});

test.each([
  ['erasure', { action: 'purge' }],
  ['access', { action: 'purge' }],
] as const)('what becomes of what %s finds is not for its maker to say', async (kind, more) => {
  const body = { ...ABOUT, scope: { query: 'x' }, ...more };
  expect((await call('POST', PATHS[kind], body)).status).toBe(400);
});

describe('approving', () => {
  test.each(['erasure', 'bulk-deletion'] as const)('%s starts its job, once', async (kind) => {
    const request = await make(kind);
    expect((await call('POST', `${request}/approve`, {})).status).toBe(409);
    await found(request);
    await call('PUT', '/settings/deletion', { allowed: false });
    expect((await call('POST', `${request}/approve`, {})).status).toBe(403);
    await call('PUT', '/settings/deletion', { allowed: true });
    expect((await call('POST', `${request}/approve`, { all: true })).status).toBe(400);
    const { status, json } = await call('POST', `${request}/approve`, {});
    expect(status).toBe(202);
    expect((await call('GET', request)).json).toMatchObject({ state: 'running', approvedBy: ['admin'] });
    expect((await call('GET', request)).json.jobIds?.at(-1)).toBe(json.jobId);
    expect((await call('POST', `${request}/approve`, {})).status).toBe(409);
    expect((await call('POST', `${request}/find`, {})).status).toBe(409);
  });

  test('waits for a second administrator while four eyes are on, and is of what the first one looked at', async () => {
    const second = await api.newUser('second', ['admin']);
    const request = await make('erasure');
    await found(request);
    await call('PUT', '/compliance', { fourEyes: true });
    const ask = async () => String((await call('POST', `${request}/approve`, {})).json.approvalId);
    const stale = await ask();
    const at = api.clock.now().toISOString();
    await found(request);
    expect((await call('POST', `/approvals/${stale}/approve`, {}, second)).status).toBe(409);
    const fresh = await ask();
    const asked = api.clock.now().toISOString();
    api.clock.advance(60_000);
    expect((await call('POST', `/approvals/${fresh}/approve`, {}, second)).status).toBe(200);
    const { json } = await call('GET', request);
    expect(json).toMatchObject({ state: 'running', approvedBy: ['admin', 'second'], approvedAt: asked });
    expect(at < asked).toBe(true);
  });

  test('is done once where the process died before it could say so', async () => {
    const second = await api.newUser('second', ['admin']);
    const request = await make('erasure');
    await found(request);
    await call('PUT', '/compliance', { fourEyes: true });
    const { approvalId } = (await call('POST', `${request}/approve`, {})).json;
    const { putIfVersion } = api.ports.tables;
    let isDead = false;
    api.ports.tables.putIfVersion = async (table, item, expected) => {
      isDead ||= item.sk === String(approvalId) && JSON.stringify(item.data).includes('"executed"');
      if (isDead) throw new StorageError('put');
      return await putIfVersion.call(api.ports.tables, table, item, expected);
    };
    const approve = () => call('POST', `/approvals/${approvalId}/approve`, {}, second);
    expect((await approve()).status).toBe(503);
    api.ports.tables.putIfVersion = putIfVersion;
    const { jobIds } = (await call('GET', request)).json;
    api.clock.advance(60_000);
    const { status, json } = await approve();
    expect([status, json.state, json.result?.jobId]).toEqual([200, 'executed', jobIds?.at(-1)]);
    expect((await call('GET', request)).json.jobIds).toEqual(jobIds);
  });

  test('is told to those whose mailboxes it is about', async () => {
    const password = 'a long password';
    const own = { emailAddresses: ['ann@example.org'], createMailbox: true };
    const user = await call('POST', '/users', { userName: 'ann', privileges: ['login'], password, ...own });
    const scopes = [{ mailboxes: [String(user.json.mailboxId)] }, { addresses: ['ann@example.org'] }];
    for (const scope of [...scopes, { query: 'x' }]) {
      const request = await make('erasure', scope);
      await found(request);
      await call('POST', `${request}/approve`, {});
    }
    const { items } = (await call('GET', '/me/notices', undefined, await api.signIn('ann', password))).json;
    expect(items?.map(({ action, by }) => [action, by])).toEqual([
      ['deleteMail', 'admin'],
      ['deleteMail', 'admin'],
    ]);
  });
});

describe('exporting', () => {
  test('takes a second administrator while administrators may not read, and waits for none otherwise', async () => {
    const request = await make('access');
    await found(request);
    const asked = await call('POST', `${request}/export`, {});
    expect([asked.status, Object.keys(asked.json)]).toEqual([202, ['approvalId']]);
    await call('PUT', '/compliance', { blockPreview: false });
    const begun = await call('POST', `${request}/export`, {});
    expect([begun.status, Object.keys(begun.json)]).toEqual([202, ['jobId']]);
  });

  test('has nothing to download before it is done', async () => {
    const request = await make('access');
    for (const path of ['/export', '/export/1', '/export/x', '/export/0']) {
      expect((await call('GET', request + path)).status).toBe(404);
    }
  });
});

describe("a person's own bulk deletion", () => {
  test('names mailboxes that they may read and delete in, and removes', async () => {
    const { token, mailboxId } = await ownerOf('bob', 'read', 'delete');
    const other = await ownerOf('carol', 'read');
    await api.grant(other.mailboxId, 'bob', 'read');
    const none = await api.newMailbox('none');
    const post = async (body: object) => (await call('POST', '/bulk-deletions', { ...ABOUT, ...body }, token)).status;
    expect(await post({ scope: { query: 'x' } })).toBe(400);
    expect(await post({ scope: { mailboxes: [none] } })).toBe(404);
    expect(await post({ scope: { mailboxes: [mailboxId, other.mailboxId] } })).toBe(403);
    expect(await post({ scope: { mailboxes: [mailboxId], addresses: ['x@example.net'] } })).toBe(400);
    expect(await post({ scope: { mailboxes: [mailboxId] }, action: 'purge' })).toBe(400);
    expect(await post({ scope: { mailboxes: [mailboxId], query: 'mailbox:none' } })).toBe(400);
    const { json } = await call('POST', '/bulk-deletions', { ...ABOUT, scope: { mailboxes: [mailboxId] } }, token);
    expect(json).toMatchObject({ action: 'remove', createdBy: 'bob', state: 'finding' });
    for (const path of ['/erasure-requests', '/access-requests']) {
      expect((await call('POST', path, { ...ABOUT, scope: { mailboxes: [mailboxId] } }, token)).status).toBe(403);
    }
  });

  test('is theirs and of administrators; nobody else hears of it', async () => {
    const { token, mailboxId } = await ownerOf('bob', 'read', 'delete');
    const carol = await api.newUser('carol');
    await api.grant(mailboxId, 'carol', 'read', 'delete');
    const request = await make('bulk-deletion', { mailboxes: [mailboxId] }, token);
    await found(request);
    await make('bulk-deletion');
    const listed = async (by: string) => (await call('GET', '/bulk-deletions', undefined, by)).json.items?.length;
    expect([await listed(token), await listed(carol), await listed(api.admin)]).toEqual([1, 0, 2]);
    const asked: readonly [string, string, object?][] = [
      ['GET', request],
      ['PATCH', request, { name: 'x' }],
      ['POST', `${request}/find`, {}],
      ['GET', `${request}/messages`],
      ['PATCH', `${request}/messages/${ARCHIVE_ID}`, { action: 'keep', ...REASON }],
      ['POST', `${request}/approve`, {}],
      ['POST', `${request}/close`, REASON],
    ];
    for (const [method, path, body] of asked) expect((await call(method, path, body, carol)).status).toBe(404);
    expect((await call('GET', request, undefined, token)).json.state).toBe('found');
  });

  test('takes nobody else to approve, but for an administrator in their place', async () => {
    const second = await api.newUser('second', ['admin']);
    const { token, mailboxId } = await ownerOf('bob', 'read', 'delete');
    await call('PUT', '/compliance', { fourEyes: true });
    const [own, theirs] = [
      await make('bulk-deletion', { mailboxes: [mailboxId] }, token),
      await make('bulk-deletion', { mailboxes: [mailboxId] }, token),
    ];
    for (const request of [own, theirs]) await found(request);
    expect((await call('POST', `${own}/approve`, {}, token)).json).toHaveProperty('jobId');
    expect((await call('POST', `${theirs}/approve`, {}, second)).json).toHaveProperty('approvalId');
  });

  test('ends being approved or looked at with the grant', async () => {
    const { token, mailboxId } = await ownerOf('bob', 'read', 'delete');
    const request = await make('bulk-deletion', { mailboxes: [mailboxId] }, token);
    await found(request);
    await api.grant(mailboxId, 'bob', 'read');
    expect((await call('POST', `${request}/approve`, {}, token)).status).toBe(403);
    await api.grant(mailboxId, 'bob');
    expect((await call('GET', `${request}/messages`, undefined, token)).status).toBe(404);
    expect((await call('POST', `${request}/close`, REASON, token)).status).toBe(200);
  });

  test('shows of messages what its owner may see, and of holds nothing', async () => {
    const { token, mailboxId } = await ownerOf('bob', 'read', 'delete');
    const request = await make('bulk-deletion', { mailboxes: [mailboxId] }, token);
    await found(request, { state: 'blocked', block: { reason: 'legal_hold', holdIds: ['hold-1'] } });
    await call('PUT', '/compliance', { hideSubjects: true });
    const first = async () => (await call('GET', `${request}/messages`, undefined, token)).json.items?.[0];
    const filing = { mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' } as const;
    api.mail.filings = [filing];
    expect(await first()).toMatchObject({ subject: 'Hello', block: { reason: 'legal_hold' } });
    expect(JSON.stringify(await first())).not.toContain('hold-1');
    api.mail.filings = [{ ...filing, isRestricted: true }];
    expect(await first()).not.toHaveProperty('subject');
  });

  test('is out of reach of an API key for other mailboxes', async () => {
    const { token, mailboxId } = await ownerOf('bob', 'read', 'delete');
    const other = await ownerOf('carol', 'read');
    await api.grant(other.mailboxId, 'bob', 'read', 'delete');
    const request = await make('bulk-deletion', { mailboxes: [mailboxId] }, token);
    const body = { name: 'key', privileges: ['login'], mailboxes: [other.mailboxId] };
    const { key } = (await call('POST', '/api-keys', body, token)).json;
    expect((await call('GET', request, undefined, String(key))).status).toBe(404);
    expect((await call('GET', '/bulk-deletions', undefined, String(key))).json.items).toEqual([]);
  });
});

test('a request tells how far its newest job is', async () => {
  const request = await make('erasure');
  const jobId = String((await call('GET', request)).json.jobIds?.[0]);
  const startedAt = api.clock.now().toISOString();
  const job = { jobId, kind: 'find-messages', state: 'running', startedAt, counts: NO_COUNTS } as const;
  api.mail.jobs = [job];
  expect((await call('GET', request)).json.lastJob).toEqual({ jobId, kind: 'find-messages', state: 'running' });
  api.mail.jobs = [{ ...job, state: 'finished', outcome: 'failed' }];
  expect((await call('GET', request)).json.lastJob).toMatchObject({ state: 'finished', outcome: 'failed' });
});

test('the trail has who did what about a request, and nothing of what it searches for', async () => {
  await call('PUT', '/audit-settings', { off: ['requests'] });
  const request = await make('erasure', { query: 'takeover' });
  await found(request);
  const steps: readonly (() => Promise<unknown>)[] = [
    () => call('PATCH', request, { reference: '18' }),
    () => call('GET', `${request}/messages`),
    () => call('PATCH', `${request}/messages/${ARCHIVE_ID}`, { action: 'keep', ...REASON }),
    () => call('POST', `${request}/approve`, {}),
    // Its job is at work.
    () => call('POST', `${request}/resume`, {}),
    () => call('POST', `${request}/close`, REASON),
  ];
  for (const step of steps) {
    api.clock.advance(1_000);
    await step();
  }
  const actions = async (id: string) =>
    (await call('GET', `/audit-events?object=${id}`)).json.items?.map(({ action }) => action);
  expect(await actions(idIn(request))).toEqual([
    'requests.close',
    'requests.resume',
    'requests.approve',
    'read.list',
    'requests.change',
    'requests.create',
  ]);
  expect(await actions(ARCHIVE_ID)).toEqual(['requests.choose']);
  const { json } = await call('GET', '/audit-events?category=requests');
  expect(JSON.stringify(json)).not.toContain('takeover');
  expect(json.items?.find(({ action }) => action === 'requests.change')?.after).toEqual({ reference: '18' });
});

test('metrics count what is not closed, and what is overdue', async () => {
  await make('erasure');
  const closed = await make('access');
  await call('POST', `${closed}/close`, REASON);
  await call('POST', '/erasure-requests', { ...ABOUT, scope: { query: 'x' }, dueAt: '2020-01-01' });
  const text = (await call('GET', '/metrics')).bytes.toString();
  for (const line of [
    'letterlock_requests{kind="erasure"} 2',
    'letterlock_requests{kind="access"} 0',
    'letterlock_requests_overdue{kind="erasure"} 1',
  ]) {
    expect(text).toContain(`\n${line}\n`);
  }
});

test.each<[JobKind, number]>([
  ['erasure', 202],
  ['bulk-deletion', 202],
  ['find-messages', 202],
  ['export-messages', 202],
  ['preview', 202],
  ['retention', 202],
  ['extend-locks', 202],
  ['lift-restrictions', 400],
  ['rebuild', 400],
])('a job of the kind %s is asked to end: %i', async (kind, status) => {
  const startedAt = api.clock.now().toISOString();
  api.mail.jobs = [{ jobId: 'job-7', kind, state: 'running', startedAt, counts: NO_COUNTS }];
  expect((await call('POST', '/jobs/job-7/cancel')).status).toBe(status);
});
