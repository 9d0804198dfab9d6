import { beforeEach, describe, expect, test } from 'vitest';
import { SearchQuerySchema } from '../../../functions/http-api/schemas/search.ts';
import { listAuditEvents } from '../../../shared/usecases/audit/list-audit-events.ts';
import { indexFileKey } from '../../../shared/usecases/search/index/index-keys.ts';
import { type IndexedMail, indexMail } from '../usecases/search/find/index-mail.ts';
import { type ApiWorld, createApiWorld, type Json } from './api-world.ts';

let api: ApiWorld;
let ann: string;
let bob: string;
/** Ids of mailboxes. */
let ids: { readonly ann: string; readonly bob: string; readonly journal: string };

beforeEach(async () => {
  api = await createApiWorld();
  ids = { ann: await api.newMailbox('ann'), bob: await api.newMailbox('bob'), journal: await newJournal() };
  ann = await api.newUser('ann');
  bob = await api.newUser('bob');
  await api.grant(ids.ann, 'ann', 'read');
  await api.grant(ids.bob, 'bob', 'read');
});

async function newJournal(): Promise<string> {
  const { json } = await api.call('POST', '/journal-endpoints', { token: api.admin, body: { name: 'journal' } });
  return String(json.mailboxId);
}

let last = 0;

/** Files and indexes mails in a mailbox; ids that are left out are made up. */
async function file(mailboxId: string, ...mails: (Partial<IndexedMail> & { readonly isPrivate?: true })[]) {
  const part = mailboxId === ids.journal ? '2026-02.3' : 'all';
  const whole = mails.map(({ isPrivate, ...mail }) => {
    last += 1;
    const archiveId = mail.archiveId ?? `1-${String(last).padStart(64, '0')}`;
    const folder = mail.folder ?? 'Inbox';
    const filing = { mailboxId, folder, originFolder: folder, basis: 'header' } as const;
    api.lying(archiveId, isPrivate ? { ...filing, isPrivate } : filing);
    return { ...mail, archiveId };
  });
  return await indexMail(api.ports, { mailboxId, part }, whole);
}

const search = (token: string, query: Readonly<Record<string, string>> = {}) =>
  api.call('GET', `/search?${new URLSearchParams(query)}`, { token });
const post = (token: string, body: object) => api.call('POST', '/search', { token, body });

/** What an answer tells of, on one line. */
const subjects = ({ json }: { readonly json: Json }) => json.items?.map((item: Json) => item.subject);

async function auditor(scope: object = {}): Promise<string> {
  const { json } = await api.call('POST', '/auditors', { token: api.admin, body: { expiresAt: '2030-01-01', scope } });
  return await api.signIn(String(json.userName), String(json.password));
}

describe('a user finds', () => {
  test('what is in their mailboxes, newest first, with a snippet, facets and the total', async () => {
    await file(ids.ann, { subject: 'One', body: 'plum pudding', date: '2026-02-01T10:00:00.000Z' });
    await file(ids.ann, { subject: 'Two', body: 'a <b>plum</b>', date: '2026-02-02T10:00:00.000Z', folder: 'Done' });
    const { status, json } = await search(ann, { q: 'plum' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      items: [
        { subject: 'Two', mailboxId: ids.ann, folder: 'Done', snippet: 'a &lt;b&gt;<mark>plum</mark>&lt;/b&gt;' },
        { subject: 'One', snippet: '<mark>plum</mark> pudding' },
      ],
      total: 2,
      totalIsExact: true,
      facets: {
        mailbox: [{ value: ids.ann, count: 2, name: 'ann' }],
        month: [{ value: '2026-02', count: 2 }],
        sender: [{ value: 'bob@example.net', count: 2 }],
      },
      searched: { segments: 2, of: 2, failed: [] },
    });
    expect(json).not.toHaveProperty('cursor');
  });

  test('nothing of other mailboxes, not in totals and facets either', async () => {
    await file(ids.ann, { subject: 'Mine', body: 'plum' });
    await file(ids.bob, { subject: 'Secret', body: 'plum', from: 'secret@example.net' });
    for (const query of [
      { q: 'plum' },
      { q: '' },
      { q: '-apple' },
      { q: 'plum OR mailbox:bob' },
      { q: '-mailbox:bob' },
    ]) {
      const answer = await search(ann, query);
      expect(subjects(answer)).toEqual(['Mine']);
      expect(answer.json).toMatchObject({ total: 1, searched: { segments: 1, of: 1 } });
      expect(answer.bytes.toString()).not.toMatch(/Secret|secret@/);
      expect(answer.bytes.toString()).not.toContain(ids.bob);
    }
  });

  test('no less page by page, while mail arrives, and nothing twice', async () => {
    const dates = Array.from({ length: 5 }, (_, day) => `2026-02-0${day + 1}T10:00:00.000Z`);
    await file(ids.ann, ...dates.map((date, n) => ({ subject: `m${n}`, date })));
    const found: unknown[] = [];
    let cursor = '';
    do {
      const answer = await search(ann, { limit: '2', ...(cursor && { cursor }) });
      found.push(...(subjects(answer) ?? []));
      cursor = String(answer.json.cursor ?? '');
      await file(ids.ann, { subject: 'late', date: '2026-02-20T10:00:00.000Z' });
    } while (cursor);
    expect(found).toEqual(['m4', 'm3', 'm2', 'm1', 'm0']);
  });

  test('no message that lies there no more', async () => {
    await file(ids.ann, { archiveId: `1-${'d'.repeat(64)}`, body: 'plum' });
    api.lying(`1-${'d'.repeat(64)}`);
    expect(subjects(await search(ann, { q: 'plum' }))).toEqual([]);
  });

  test('their own blind copies, and nobody else’s', async () => {
    await file(ids.ann, { subject: 'Blind', bcc: 'ann@example.org', hiddenBcc: 'carol@example.org' });
    expect(subjects(await search(ann, { q: 'bcc:ann@example.org' }))).toEqual(['Blind']);
    for (const q of ['bcc:carol@example.org', 'any:carol@example.org', 'carol']) {
      expect((await search(ann, { q })).json).toMatchObject({ items: [], total: 0 });
    }
    expect(subjects(await search(await auditor(), { q: 'bcc:carol@example.org' }))).toEqual(['Blind']);
  });
});

describe('a mailbox', () => {
  beforeEach(async () => {
    await file(ids.ann, { subject: 'Anns' });
    await file(ids.bob, { subject: 'Bobs' });
  });

  test.each(['ann', 'ANN', 'ann@example.org', 'Ann@Example.org'])('is found by the name %s', async (mailbox) => {
    expect(subjects(await search(ann, { mailbox }))).toEqual(['Anns']);
    expect(subjects(await search(ann, { q: `mailbox:${mailbox}` }))).toEqual(['Anns']);
  });

  test('that one may not read answers as one that does not exist', async () => {
    const answers = await Promise.all(
      ['bob', 'bob@example.org', ids.bob, 'nobody', 'mb-none'].map(async (mailbox) => await search(ann, { mailbox })),
    );
    expect(new Set(answers.map(({ status, bytes }) => `${status} ${bytes}`))).toHaveLength(1);
    expect(answers[0]).toMatchObject({ status: 404, json: { error: { code: 'not_found' } } });
    const inQueries = await Promise.all(
      ['bob', ids.bob, 'nobody'].map(async (mailbox) => await search(ann, { q: `mailbox:${mailbox}` })),
    );
    expect(new Set(inQueries.map(({ status, bytes }) => `${status} ${bytes}`))).toHaveLength(1);
    expect(inQueries[0]).toMatchObject({ status: 200, json: { items: [], total: 0 } });
  });
});

describe('while blockPreview is on, an administrator without a grant', () => {
  beforeEach(async () => {
    await file(ids.ann, {
      subject: 'Quarter figures',
      body: 'plum pudding',
      attachment: 'plum cake',
      attachmentTypes: ['pdf'],
      bcc: 'carol@example.org',
    });
  });

  test.each(['quarter', 'from:bob', 'to:ann', 'subject:figures'])('finds by header fields: %s', async (q) => {
    expect((await search(api.admin, { q })).json).toMatchObject({
      items: [{ subject: 'Quarter figures', snippet: '' }],
      total: 1,
    });
  });

  test.each(['plum', 'body:pudding', 'attachment:cake', 'bcc:carol@example.org', 'any:carol', 'type:pdf', 'plum*'])(
    'finds nothing by %s',
    async (q) => {
      const { json, bytes } = await search(api.admin, { q });
      expect(json).toMatchObject({ items: [], total: 0 });
      expect(bytes.toString()).not.toMatch(/plum|pdf|carol/);
    },
  );

  test('hears nothing of the text by what does not match either', async () => {
    for (const q of ['-plum', '-type:pdf', 'quarter -pudding']) {
      expect((await search(api.admin, { q })).json).toMatchObject({ total: 1, facets: { attachmentType: [] } });
    }
  });

  test('finds all of a mailbox with a grant', async () => {
    await api.grant(ids.ann, 'admin', 'read');
    expect((await search(api.admin, { q: 'plum' })).json).toMatchObject({
      total: 1,
      items: [{ snippet: expect.stringContaining('<mark>plum') }],
    });
  });

  test('sees and finds no subjects where they are hidden, nor their order', async () => {
    await file(ids.ann, { subject: 'Aardvark', date: '2026-01-01T10:00:00.000Z' });
    await api.call('PUT', '/compliance', { token: api.admin, body: { hideSubjects: true } });
    expect((await search(api.admin, { q: 'quarter' })).json).toMatchObject({ total: 0 });
    const { json, bytes } = await search(api.admin, { q: 'from:bob', sort: 'subject' });
    expect(json.items?.map((item: Json) => item.subject)).toEqual(['', '']);
    expect(json.items?.[0]?.date).toBe('2026-02-01T10:00:00.000Z');
    expect(bytes.toString()).not.toMatch(/Quarter|Aardvark/);
  });

  test('finds text where blockPreview is off, but of private mail header fields only', async () => {
    await api.call('PUT', '/compliance', { token: api.admin, body: { blockPreview: false } });
    await file(ids.ann, { subject: 'Doctor', body: 'plum stone', flags: ['private'], isPrivate: true });
    expect(subjects(await search(api.admin, { q: 'plum' }))).toEqual(['Quarter figures']);
    expect((await search(api.admin, { q: 'doctor' })).json).toMatchObject({ total: 1, items: [{ snippet: '' }] });
  });
});

describe('an auditor', () => {
  test('finds what the scope covers: mailboxes, period, of private mail header fields only', async () => {
    await file(
      ids.ann,
      { subject: 'Old', body: 'plum', date: '2025-12-31T10:00:00.000Z' },
      { subject: 'New', body: 'plum', date: '2026-02-01T10:00:00.000Z' },
      { subject: 'Hidden', body: 'plum', date: '2026-02-02T10:00:00.000Z', flags: ['private'], isPrivate: true },
    );
    await file(ids.bob, { subject: 'Bobs', body: 'plum' });
    const scoped = await auditor({ mailboxIds: [ids.ann], from: '2026-01-01', to: '2026-03-01' });
    api.mail.filings.length = 0;
    expect((await search(scoped, { q: 'plum' })).json).toMatchObject({ items: [{ subject: 'New' }], total: 1 });
    expect((await search(scoped, { q: 'subject:hidden' })).json).toMatchObject({ items: [{ snippet: '' }], total: 1 });
    expect((await search(scoped)).json).toMatchObject({ total: 2, facets: { mailbox: [{ value: ids.ann }] } });
    expect(await search(scoped, { mailbox: 'bob' })).toMatchObject({ status: 404 });
  });

  test('finds journaled mail once, in the journal, and where it lies if the query asks for that', async () => {
    const archiveId = `1-${'e'.repeat(64)}`;
    await file(ids.journal, { archiveId, subject: 'Journaled' });
    await file(ids.ann, { archiveId, subject: 'Journaled', flags: ['covered'] }, { subject: 'Fetched' });
    const everywhere = await auditor();
    const { json } = await search(everywhere);
    expect(json).toMatchObject({ total: 2 });
    expect(json.items?.map((item: Json) => [item.subject, item.mailboxId])).toEqual(
      expect.arrayContaining([
        ['Journaled', ids.journal],
        ['Fetched', ids.ann],
      ]),
    );
    expect((await search(everywhere, { mailbox: 'ann' })).json).toMatchObject({ total: 2 });
    expect((await search(everywhere, { q: 'mailbox:ann' })).json).toMatchObject({ total: 2 });
    expect((await search(everywhere, { q: 'in:Inbox' })).json).toMatchObject({ total: 3 });
    // Another journal, and nobody knows which of them has it.
    await newJournal();
    const some = await auditor({ mailboxIds: [ids.ann, ids.journal] });
    expect((await search(some)).json).toMatchObject({ total: 3 });
  });
});

describe('cursors', () => {
  beforeEach(() => file(ids.ann, { subject: 'one' }, { subject: 'two' }, { subject: 'three' }));

  test.each<Readonly<Record<string, string>>>([{ q: 'hello' }, { q: '', mailbox: 'ann' }, { q: '', sort: 'oldest' }])(
    'of another search are refused: %o',
    async (query) => {
      const { json } = await search(ann, { limit: '1' });
      expect(await search(ann, { ...query, cursor: String(json.cursor) })).toMatchObject({
        status: 400,
        json: { error: { code: 'invalid_request' } },
      });
    },
  );

  test('of somebody else are refused', async () => {
    const { json } = await search(ann, { limit: '1' });
    expect(await search(bob, { cursor: String(json.cursor) })).toMatchObject({ status: 400 });
  });

  test.each(['newest', 'oldest', 'relevance', 'size', 'from', 'subject'])('go through all by %s', async (sort) => {
    const found: unknown[] = [];
    let cursor = '';
    do {
      const { status, json } = await post(ann, { sort, limit: 1, ...(cursor && { cursor }) });
      expect(status).toBe(200);
      found.push(...(json.items ?? []).map((item: Json) => item.subject));
      cursor = String(json.cursor ?? '');
    } while (cursor);
    expect(found.toSorted()).toEqual(['one', 'three', 'two']);
  });
});

describe('bad input', () => {
  beforeEach(() => file(ids.ann, { subject: 'Hello', body: 'plum' }));

  test.each(
    [
      'OR',
      'AND NOT OR',
      '()',
      '((((',
      '"',
      '-',
      '*',
      'NEAR/5',
      'from:',
      'a\0b',
      '\ud800',
      '\udfff plum',
      'body: "plum" ^ NEAR(x y)',
      '{subject body}: plum + *',
      "'; DROP TABLE messages; --",
      '" UNION SELECT * FROM users --',
      '%_[]',
      'after:never before:2024-99-99',
      'larger:1e309GB',
      '('.repeat(2_000),
      '"'.repeat(4_096),
      'ß'.repeat(4_096),
    ].map((q) => ({ q, name: JSON.stringify(q.slice(0, 40)) })),
  )('$name is a query all the same', async ({ q }) => {
    const { status, json } = await post(ann, { q });
    expect(status).toBe(200);
    expect(Array.isArray(json.items)).toBe(true);
  });

  test('a query over the limit has a code of its own', async () => {
    const { status, json } = await post(ann, { q: 'x'.repeat(4_097) });
    expect([status, json.error?.code]).toEqual([400, 'query_too_long']);
  });

  test.each<object>([
    { limit: 0 },
    { limit: 201 },
    { limit: 1.5 },
    { sort: 'best' },
    { q: 5 },
    { cursor: 'x' },
    { cursor: '\0' },
    { offset: 1 },
    { mailbox: '' },
  ])('%j is refused', async (body) => {
    expect(await post(ann, body)).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
  });

  test('limits are as for lists', () => {
    expect(SearchQuerySchema.parse({})).toMatchObject({ limit: 50, sort: 'newest', q: '' });
  });
});

test('a segment that is missing is named, and the rest is found', async () => {
  const segmentId = await file(ids.ann, { subject: 'Lost' });
  await file(ids.ann, { subject: 'Kept' });
  await api.ports.derived.delete(indexFileKey({ mailboxId: ids.ann, part: 'all' }, segmentId));
  const answer = await search(ann);
  expect(subjects(answer)).toEqual(['Kept']);
  expect(answer.json).toMatchObject({
    totalIsExact: false,
    searched: { segments: 1, of: 2, failed: [ids.ann] },
  });
  expect(api.repaired).toContainEqual({ mailboxId: ids.ann, part: 'all', segmentId });
});

test('the trail tells that somebody searched, how many mailboxes and with how much success, but not for what', async () => {
  await file(ids.ann, { subject: 'Hello', body: 'plum' });
  await api.clock.advance(1);
  await search(ann, { q: 'plum', mailbox: 'ann' });
  await api.clock.advance(1);
  await post(ann, { q: 'apricot' });
  const [second, first] = (await listAuditEvents(api.ports, {}, { limit: 2 })).items;
  const detail = { queryHash: expect.stringMatching(/^[0-9a-f]{32}$/), mailboxes: 1, exact: true };
  expect(first).toMatchObject({
    action: 'search.query',
    actor: { userName: 'ann' },
    detail: { ...detail, found: 1, mailboxId: ids.ann },
  });
  expect(second).toMatchObject({ action: 'search.query', detail: { ...detail, found: 0 } });
  expect(first?.detail?.queryHash).not.toBe(second?.detail?.queryHash);
  expect(JSON.stringify([first, second])).not.toMatch(/plum|apricot/);
});
