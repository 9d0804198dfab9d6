import { beforeEach, describe, expect, test } from 'vitest';
import { routeContentOf } from '../../../functions/http-api/route-content.ts';
import { allRoutes } from '../../../functions/http-api/routes/all-routes.ts';
import { NO_COMPLETENESS } from '../../../shared/domain/completeness.ts';
import type { FetchedFrom, FetchTarget } from '../../../shared/domain/fetched-from.ts';
import { NO_COUNTS } from '../../../shared/domain/job.ts';
import { keepReport } from '../../../shared/usecases/completeness/report-objects.ts';
import { keepCheckpoint } from '../../../shared/usecases/jobs/jobs.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

/** Stands in everything that is content: text, bytes, attachment, recipients that a header summary does not name. */
const SECRET = 'plum-pudding';

let api: ApiWorld;
let mailboxId: string;
let ids: { readonly [name: string]: string };
let requestIdOf: (path: string) => string;

beforeEach(async () => {
  api = await createApiWorld();
  mailboxId = await api.newMailbox('ann');
  const endpoint = await api.call('POST', '/journal-endpoints', { token: api.admin, body: { name: 'journal' } });
  const { endpointId } = endpoint.json;
  Object.assign(api.mail, {
    endpointId,
    text: SECRET,
    bcc: [{ address: `${SECRET}@example.org` }],
    recipients: [`${SECRET}@example.org`],
    raw: Buffer.from(`Subject: x\r\n\r\n${SECRET}\r\n`),
    attachment: { filename: 'a.txt', contentType: 'text/plain', content: Buffer.from(SECRET) },
    quarantined: Buffer.from(SECRET),
    filings: [{ mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' }],
  });
  const body = { name: 'case', matter: '1', reason: 'r', scope: { everything: true } };
  const hold = await api.call('POST', '/legal-holds', { token: api.admin, body });
  const request = { name: 'ann', reason: 'r', scope: { query: 'x' } };
  const requestIds = new Map<string, string>();
  for (const kind of ['/erasure-requests', '/access-requests', '/bulk-deletions']) {
    const { json } = await api.call('POST', kind, { token: api.admin, body: request });
    requestIds.set(kind, String(json.requestId));
  }
  requestIdOf = (path) => requestIds.get(`/${path.split('/')[1]}`) ?? '-';
  const journal = String(endpoint.json.mailboxId);
  ids = {
    mailboxId,
    journal,
    endpointId: String(endpointId),
    archiveId: ARCHIVE_ID,
    index: '0',
    arrivalId: 'a-1',
    id: 'q-1',
    jobId: await makeReport(),
    holdId: String(hold.json.holdId),
  };
});

/** A completeness report of the mailbox; answers the id of its job. */
async function makeReport(): Promise<string> {
  const jobId = 'job-9';
  const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
  const job = { jobId, kind: 'completeness', mailboxId, state: 'finished', outcome: 'succeeded' } as const;
  api.mail.jobs = [{ ...job, startedAt: period.to, counts: NO_COUNTS }];
  const parts = { missing: 0, gone: 0, absent: 0 };
  await keepCheckpoint(api.ports, jobId, { mailboxId, ...period, parts, months: {} });
  const report = { mailboxId, ...period, madeAt: period.to, totals: NO_COMPLETENESS, months: [], warnings: [] };
  await keepReport(api.ports, jobId, { format: 1, report, parts });
  return jobId;
}

const mailRoutes = allRoutes.filter((route) => ['summary', 'content'].includes(routeContentOf(route) ?? ''));
const named = mailRoutes.map((route) => ({ route, name: `${route.method} ${route.path}` }));

function ask({ method, path }: { readonly method: string; readonly path: string }, token: string) {
  const known: typeof ids = { ...ids, requestId: requestIdOf(path) };
  return api.call(
    method,
    path.replace(/\{(\w+)\}/g, (_whole, name: string) => known[name] ?? '-'),
    { token },
  );
}

test('every route says what of mail it answers', () => {
  const undeclared = allRoutes.filter((route) => routeContentOf(route) === undefined);
  expect(undeclared.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test('every route about messages, arrivals or quarantine is declared to answer something of mail', () => {
  const silent = allRoutes.filter((route) => routeContentOf(route) === 'none');
  const suspicious = silent.filter(({ path }) => /^\/(?:messages|quarantine)|\/(?:messages|arrivals|raw)$/.test(path));
  // Moving, marking and removing say nothing but that it is done.
  expect(suspicious.map(({ path }) => path)).toEqual([
    '/messages/{archiveId}',
    '/messages/{archiveId}/filings',
    '/messages/{archiveId}/private',
    '/messages/{archiveId}/private',
    '/quarantine/{id}',
  ]);
});

describe('while blockPreview is on, an administrator without a grant', () => {
  test.each(named)('gets no content by $name', async ({ route }) => {
    const { status, json, bytes, headers } = await ask(route, api.admin);
    if (routeContentOf(route) === 'content') expect([status, json.error?.code]).toEqual([403, 'content_blocked']);
    else expect(status).toBe(200);
    expect(bytes.toString() + JSON.stringify(headers)).not.toContain(SECRET);
  });

  test('gets a summary that says so', async () => {
    const { json } = await ask({ method: 'GET', path: '/messages/{archiveId}' }, api.admin);
    expect(json).toMatchObject({ contentBlocked: true, filings: [] });
    for (const field of ['text', 'html', 'attachments', 'renditions', 'versions', 'journal', 'bcc', 'contentHash']) {
      expect(json).not.toHaveProperty(field);
    }
  });

  test('hears nothing of other versions of a message that they may read', async () => {
    api.mail.versions = [{ archiveId: `1-${'b'.repeat(64)}`, relation: 'content' }];
    api.mail.otherFilings = [
      { mailboxId: String(ids.journal), folder: 'Inbox', originFolder: 'Inbox', basis: 'header' },
    ];
    await api.grant(mailboxId, 'admin', 'read');
    const view = { method: 'GET', path: '/messages/{archiveId}' };
    expect((await ask(view, api.admin)).json.versions).toEqual([]);
    await api.grant(String(ids.journal), 'admin', 'read');
    expect((await ask(view, api.admin)).json.versions).toHaveLength(1);
  });
});

describe('content shows', () => {
  const everywhere = named.filter(({ name }) => !name.endsWith('/folders') && !name.endsWith('/messages'));

  test.each(everywhere.filter(({ route }) => routeContentOf(route) === 'content'))(
    'by $name to an administrator with grants',
    async ({ route }) => {
      for (const one of [mailboxId, String(ids.journal)]) await api.grant(one, 'admin', 'read');
      api.mail.filings.push({
        mailboxId: String(ids.journal),
        folder: 'Inbox',
        originFolder: 'Inbox',
        basis: 'header',
      });
      const { status, bytes } = await ask(route, api.admin);
      expect([status, bytes.toString().includes(SECRET)]).toEqual([200, true]);
    },
  );

  test('of one mailbox no more than a grant on it', async () => {
    const other = await api.newMailbox('bob');
    await api.grant(other, 'admin', 'read');
    const { status } = await ask({ method: 'GET', path: '/messages/{archiveId}/raw' }, api.admin);
    expect(status).toBe(403);
  });
});

describe('what was fetched and lies in quarantine', () => {
  const raw = { method: 'GET', path: '/quarantine/{id}/raw' };
  const multidrop = { trustedHosts: [], folder: 'Inbox' };
  const fetchedInto = (target: FetchTarget): FetchedFrom => ({
    ...{ profileId: 'pf-1', jobId: 'job-1', account: 'ann', folder: 'INBOX', validity: '1', key: '0000000001' },
    ...{ flags: [], sizeBytes: 3, target },
  });

  test.each([
    { name: 'the mailbox that it was for', into: () => ({ mailboxId, folder: 'Inbox' }), granted: 200 },
    {
      name: 'the mailbox for what a multidrop mailbox has for nobody',
      into: () => ({ ...multidrop, unknownAddresses: { mailboxId } }),
      granted: 200,
    },
    {
      name: 'a mailbox, where only the bytes themselves name one',
      into: () => ({ ...multidrop, unknownAddresses: 'create' as const }),
      granted: 403,
    },
  ])('shows to an administrator with a grant on $name: $granted', async ({ into, granted }) => {
    api.mail.quarantinedFrom = fetchedInto(into());
    expect((await ask(raw, api.admin)).json.error?.code).toBe('content_blocked');
    await api.grant(mailboxId, 'admin', 'read');
    expect((await ask(raw, api.admin)).status).toBe(granted);
    await api.call('PUT', '/compliance', { token: api.admin, body: { blockPreview: false } });
    const { status, bytes } = await ask(raw, api.admin);
    expect([status, bytes.toString()]).toEqual([200, SECRET]);
  });

  test('shows to nobody else, whatever they may read', async () => {
    api.mail.quarantinedFrom = fetchedInto({ mailboxId, folder: 'Inbox' });
    const reader = await api.newUser('reader');
    await api.grant(mailboxId, 'reader', 'read');
    expect((await ask(raw, reader)).status).toBe(403);
  });
});

describe('hideSubjects', () => {
  const subjects = async (token: string) => {
    const list = await ask({ method: 'GET', path: '/mailboxes/{mailboxId}/messages' }, token);
    const view = await ask({ method: 'GET', path: '/messages/{archiveId}' }, token);
    return [list.json.items?.[0]?.subject, view.json.subject];
  };

  test('takes the subjects from administrators without a grant, from nobody else', async () => {
    const reader = await api.newUser('reader');
    await api.grant(mailboxId, 'reader', 'read');
    expect(await subjects(api.admin)).toEqual(['Hello', 'Hello']);
    await api.call('PUT', '/compliance', { token: api.admin, body: { hideSubjects: true } });
    expect(await subjects(api.admin)).toEqual(['', '']);
    expect(await subjects(reader)).toEqual(['Hello', 'Hello']);
    await api.grant(mailboxId, 'admin', 'read');
    expect(await subjects(api.admin)).toEqual(['Hello', 'Hello']);
  });
});
