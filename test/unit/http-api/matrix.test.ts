import { beforeEach, describe, expect, test } from 'vitest';
import { allRoutes } from '../../../functions/http-api/routes/all-routes.ts';
import { type ApiWorld, createApiWorld, type Json } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

/**
 * What each kind of caller gets. `reader` may read the one mailbox; `plain` nothing; `owner` is an administrator with a
 * read grant.
 */
interface Row {
  readonly anonymous: number;
  readonly plain: number;
  readonly reader: number;
  readonly admin: number;
  readonly owner: number;
  /** An API key of the reader's; as for the reader, unless said. */
  readonly key?: number;
  /** An auditor of everything; as for the reader, unless said. One whose scope has not this mailbox gets what `plain` gets. */
  readonly auditor?: number;
  /** That one, where it gets something else. */
  readonly scoped?: number;
  readonly body?: object;
  /** Behind the path; names in braces as in paths. */
  readonly query?: string;
  /** What an administrator without a grant is refused with, where that is not for the sake of content. */
  readonly adminCode?: string;
}

const open = (status: number): Row => ({
  anonymous: status,
  plain: status,
  reader: status,
  admin: status,
  owner: status,
});
const signedIn = (status: number): Row => ({ ...open(status), anonymous: 401 });
const admins = (status: number): Row => ({ anonymous: 401, plain: 403, reader: 403, admin: status, owner: status });
/** Header summaries: for readers, and for administrators. */
const summaries: Row = { anonymous: 401, plain: 404, reader: 200, admin: 200, owner: 200 };
/** Content: for readers; administrators are blocked without a grant. */
const content: Row = { anonymous: 401, plain: 404, reader: 200, admin: 403, owner: 200 };

/** The journal itself, blind copies and all: not for readers of a person's mailbox. */
const journal: Row = { ...content, reader: 403, owner: 403, auditor: 200 };
/** What a mailbox lacks: for administrators, auditors, and whose own it is; here that is nobody. */
const reports = (status: number): Row => ({ ...admins(status), auditor: status });
/** For whoever has the message in a mailbox of their own; here that is nobody. */
const ownMail: Row = { ...content, reader: 403, owner: 403 };

/** Moving and removing mail: nobody here was granted it. */
const writers: Row = { anonymous: 401, plain: 404, reader: 403, admin: 403, owner: 403, adminCode: 'forbidden' };

/** What is the reader's own. */
const readers = (status: number): Row => ({
  anonymous: 401,
  plain: 404,
  reader: status,
  admin: 404,
  owner: 404,
  auditor: 404,
});

/** What takes a sign-in of the person's own. */
const ownOnly = (status: number): Row => ({ ...signedIn(status), key: 403 });

const OWN_PASSWORD = { password: 'a long password' };
const SIGN_IN = { server: { host: 'mail.example.org' }, credentials: { userName: 'anna', password: 'secret' } };
const PROFILE = { ...SIGN_IN, name: 'profile', target: { multidrop: {} } };
const PASSWORDS = { currentPassword: 'a long password', newPassword: 'another password' };

const HOLD = { name: 'case', matter: '17/2026', reason: 'litigation', scope: { everything: true } };

const REQUEST = { name: 'Ann', reason: 'she asked for it', scope: { query: 'ann' } };
const REASON = { reason: 'settled' };

/** Requests of one kind; nobody looked for their messages yet. */
const requests = (path: string, all: (status: number) => Row): { readonly [route: string]: Row } => ({
  [`POST ${path}`]: { ...all(201), body: REQUEST },
  [`GET ${path}`]: all(200),
  [`GET ${path}/{requestId}`]: all(200),
  [`PATCH ${path}/{requestId}`]: { ...all(200), body: { reference: '17' } },
  // It does already.
  [`POST ${path}/{requestId}/find`]: all(409),
  [`GET ${path}/{requestId}/messages`]: all(200),
  // It has not found this message.
  [`PATCH ${path}/{requestId}/messages/{archiveId}`]: { ...all(404), body: { action: 'keep', ...REASON } },
  [`POST ${path}/{requestId}/close`]: { ...all(200), body: REASON },
});
/** Those of others are as if they were not there. */
const ownRequests = (status: number): Row => ({ ...admins(status), plain: 404, reader: 404 });

const POLICY = { name: 'books', minimum: { years: 10 } };

/** Every route of the API; one without a row fails this test. */
const MATRIX: { readonly [route: string]: Row } = {
  'GET /health': open(200),
  'GET /info': signedIn(200),
  'GET /metrics': admins(200),
  'GET /openapi.json': open(200),
  'POST /sessions': { ...open(401), body: { userName: 'nobody', password: 'no password' } },
  'GET /sessions': signedIn(200),
  'DELETE /sessions': signedIn(204),
  'DELETE /sessions/{sessionId}': { ...signedIn(204), key: 404 },
  'GET /me': signedIn(200),
  'PUT /me/password': { ...signedIn(200), key: 403, auditor: 403, body: PASSWORDS },
  'GET /me/otp': signedIn(200),
  'POST /me/otp': { ...ownOnly(201), auditor: 400, body: OWN_PASSWORD },
  'POST /me/otp/confirm': { ...ownOnly(400), body: { otp: '000000' } },
  'DELETE /me/otp': { ...ownOnly(204), auditor: 400, body: OWN_PASSWORD },
  'POST /api-keys': { ...ownOnly(201), auditor: 403, body: { name: 'key', privileges: ['login'] } },
  'GET /api-keys': signedIn(200),
  'DELETE /api-keys/{apiKeyId}': { ...admins(204), plain: 404, reader: 404 },
  'POST /users': { ...admins(201), body: { userName: 'new', privileges: [] } },
  'GET /users': admins(200),
  'GET /users/{userName}': admins(200),
  'PATCH /users/{userName}': { ...admins(200), body: { fullName: 'Somebody' } },
  'DELETE /users/{userName}': admins(204),
  'DELETE /users/{userName}/otp': admins(204),
  'POST /groups': { ...admins(201), body: { groupName: 'new group' } },
  'GET /groups': admins(200),
  'GET /groups/{groupName}': admins(200),
  'PATCH /groups/{groupName}': { ...admins(200), body: { description: 'others' } },
  'DELETE /groups/{groupName}': admins(204),
  'GET /groups/{groupName}/members': admins(200),
  'PUT /groups/{groupName}/members/{member}': admins(200),
  'DELETE /groups/{groupName}/members/{member}': admins(204),
  'GET /settings/new-users': admins(200),
  'PUT /settings/new-users': { ...admins(200), body: { privileges: ['login'] } },
  'GET /settings/search': admins(200),
  'PUT /settings/search': { ...admins(200), body: { excludedTypes: ['archive'] } },
  'GET /settings/deletion': admins(200),
  'PUT /settings/deletion': { ...admins(200), body: { allowed: true } },
  'GET /settings/sign-in': admins(200),
  'GET /settings/notifications': admins(200),
  'PUT /settings/notifications': { ...admins(200), body: { recipients: ['ops@example.org'], hour: 7 } },
  'PUT /settings/sign-in': { ...admins(200), body: { otpRequired: 'nobody' } },
  'POST /domains': { ...admins(201), body: { domain: 'new.example' } },
  'GET /domains': admins(200),
  'GET /domains/{domain}': admins(200),
  'DELETE /domains/{domain}': admins(204),
  'POST /mailboxes': { ...admins(201), body: { name: 'n', primaryAddress: 'n@example.org' } },
  'GET /mailboxes': signedIn(200),
  'GET /mailboxes/{mailboxId}': summaries,
  'PATCH /mailboxes/{mailboxId}': { ...admins(200), body: { name: 'other' } },
  'DELETE /mailboxes/{mailboxId}': admins(409),
  'POST /mailboxes/{mailboxId}/completeness-reports': { ...reports(202), plain: 404 },
  'GET /mailboxes/{mailboxId}/completeness-reports/{jobId}': { ...reports(404), plain: 404 },
  'GET /mailboxes/{mailboxId}/completeness-reports/{jobId}/messages': { ...reports(404), plain: 404 },
  'GET /mailboxes/{mailboxId}/folders': summaries,
  'GET /mailboxes/{mailboxId}/messages': summaries,
  'POST /mailboxes/{mailboxId}/folders/rename': { ...writers, body: { from: 'A', to: 'B' } },
  'DELETE /mailboxes/{mailboxId}/folders': { ...writers, query: '?empty' },
  'PATCH /messages/{archiveId}/filings': {
    ...writers,
    body: { from: 'Inbox', to: 'A' },
    query: '?mailbox={mailboxId}',
  },
  'GET /mailboxes/{mailboxId}/access': admins(200),
  'GET /mailboxes/{mailboxId}/access/{principal}': admins(200),
  'PUT /mailboxes/{mailboxId}/access/{principal}': { ...admins(200), body: { privileges: [] } },
  'DELETE /mailboxes/{mailboxId}/access/{principal}': admins(204),
  'GET /messages/{archiveId}': summaries,
  'GET /messages/{archiveId}/raw': content,
  'GET /messages/{archiveId}/arrivals/{arrivalId}/raw': journal,
  'GET /messages/{archiveId}/attachments/{index}': content,
  'DELETE /messages/{archiveId}': { ...writers, query: '?mailbox={mailboxId}' },
  'GET /messages/{archiveId}/arrivals': summaries,
  'GET /search': signedIn(200),
  'POST /search': signedIn(200),
  'POST /saved-searches': { ...signedIn(201), body: { name: 'mine', q: 'x' } },
  'GET /saved-searches': signedIn(200),
  'GET /saved-searches/{savedSearchId}': signedIn(200),
  'PATCH /saved-searches/{savedSearchId}': { ...readers(200), body: { name: 'yours' } },
  'DELETE /saved-searches/{savedSearchId}': readers(204),
  'PUT /messages/{archiveId}/private': ownMail,
  'DELETE /messages/{archiveId}/private': ownMail,
  'GET /me/notices': signedIn(200),
  'POST /me/notices/{noticeId}/read': signedIn(200),
  'POST /auditors': { ...admins(201), body: { expiresAt: '2030-01-01' } },
  'GET /auditors': admins(200),
  'GET /auditors/{auditorName}': admins(200),
  'DELETE /auditors/{auditorName}': admins(204),
  'POST /auditors/{auditorName}/private-mail': { ...admins(202), body: { mailboxId: 'mb-none' } },
  'GET /approvals': admins(200),
  'GET /approvals/{approvalId}': admins(200),
  'POST /approvals/{approvalId}/approve': admins(200),
  'POST /approvals/{approvalId}/reject': admins(200),
  'POST /journal-endpoints': { ...admins(201), body: { name: 'j' } },
  'GET /journal-endpoints': admins(200),
  'GET /journal-endpoints/{endpointId}': admins(200),
  'PATCH /journal-endpoints/{endpointId}': { ...admins(200), body: { name: 'k' } },
  'DELETE /journal-endpoints/{endpointId}': admins(204),
  'POST /journal-endpoints/{endpointId}/rotate': admins(200),
  'GET /journal-endpoints/{endpointId}/arrivals': admins(200),
  'GET /quarantine': admins(200),
  'GET /quarantine/{id}/raw': { ...admins(403), owner: 200 },
  'POST /quarantine/{id}/replay': admins(200),
  'DELETE /quarantine/{id}': admins(202),
  'POST /profiles/test': { ...admins(502), body: SIGN_IN },
  'POST /profiles': { ...admins(201), body: PROFILE },
  'GET /profile-presets': admins(200),
  'GET /profiles': admins(200),
  'GET /profiles/{profileId}': admins(200),
  'PATCH /profiles/{profileId}': { ...admins(200), body: { name: 'renamed' } },
  'DELETE /profiles/{profileId}': admins(204),
  'POST /profiles/{profileId}/jobs': admins(202),
  // The one that there is is no profile's.
  'POST /jobs/{jobId}/cancel': admins(400),
  'GET /jobs': admins(200),
  'GET /completeness': admins(200),
  'GET /jobs/{jobId}': admins(200),
  'GET /jobs/{jobId}/log': admins(200),
  'POST /maintenance/extend-locks': admins(202),
  'POST /maintenance/rebuild': admins(202),
  'POST /maintenance/reindex': { ...admins(202), body: {} },
  'POST /maintenance/retention': admins(202),
  'GET /jobs/{jobId}/certificate': admins(200),
  'GET /certificates': admins(200),
  'GET /certificates/key': signedIn(200),
  'POST /maintenance/sweep': admins(202),
  'POST /maintenance/verify': { ...admins(202), body: { audit: true } },
  'GET /audit-events': { ...admins(200), auditor: 200, scoped: 403 },
  'POST /legal-holds': { ...admins(201), body: HOLD },
  'GET /legal-holds': admins(200),
  'GET /legal-holds/{holdId}': admins(200),
  'PATCH /legal-holds/{holdId}': { ...admins(200), body: { reviewAt: '2027-01-01' } },
  'POST /legal-holds/{holdId}/release': { ...admins(200), body: { reason: 'settled' } },
  'POST /legal-holds/{holdId}/jobs': admins(202),
  'GET /legal-holds/{holdId}/messages': admins(200),
  'GET /legal-holds/{holdId}/quarantine': admins(200),
  ...requests('/erasure-requests', admins),
  'POST /erasure-requests/{requestId}/approve': admins(409),
  'POST /erasure-requests/{requestId}/resume': admins(409),
  'GET /erasure-requests/{requestId}/quarantine': admins(200),
  ...requests('/access-requests', admins),
  'GET /access-requests/{requestId}/quarantine': admins(200),
  'POST /access-requests/{requestId}/export': admins(409),
  'GET /access-requests/{requestId}/export': admins(404),
  'GET /access-requests/{requestId}/export/{part}': admins(404),
  ...requests('/bulk-deletions', ownRequests),
  // Their own mailboxes have to be named.
  'POST /bulk-deletions': { ...admins(201), plain: 400, reader: 400, body: REQUEST },
  'GET /bulk-deletions': signedIn(200),
  'POST /bulk-deletions/{requestId}/approve': ownRequests(409),
  'POST /bulk-deletions/{requestId}/resume': ownRequests(409),
  'GET /messages/{archiveId}/retention': summaries,
  'POST /retention-policies': { ...admins(201), body: POLICY },
  'GET /retention-policies': admins(200),
  'POST /retention-policies/preview': { ...admins(202), body: {} },
  // It asks which one.
  'GET /retention-policies/preview': admins(400),
  'GET /retention-policies/{policyId}': admins(200),
  'GET /retention-policies/{policyId}/versions': admins(200),
  'PATCH /retention-policies/{policyId}': { ...admins(200), body: { name: 'other' } },
  'DELETE /retention-policies/{policyId}': admins(204),
  'GET /audit-settings': admins(200),
  'PUT /audit-settings': { ...admins(200), body: { off: [] } },
  'GET /compliance': admins(200),
  'PUT /compliance': { ...admins(200), body: { fourEyes: false } },
};

const CALLERS = ['anonymous', 'plain', 'reader', 'admin', 'owner', 'key', 'auditor', 'scoped', 'expired'] as const;

let api: ApiWorld;
let tokens: { readonly [caller: string]: string | undefined };
let ids: { readonly [name: string]: string };
let requestIdOf: (path: string) => string;

beforeEach(async () => {
  api = await createApiWorld();
  const mailboxId = await api.newMailbox('m');
  const endpoint = await api.call('POST', '/journal-endpoints', { token: api.admin, body: { name: 'journal' } });
  api.mail.endpointId = String(endpoint.json.endpointId);
  await api.call('POST', '/domains', { token: api.admin, body: { domain: 'example.org' } });
  tokens = {
    plain: await api.newUser('plain'),
    reader: await api.newUser('reader'),
    admin: await api.newUser('second', ['admin']),
    owner: await api.newUser('owner', ['admin']),
  };
  for (const userName of ['reader', 'owner']) await api.grant(mailboxId, userName, 'read');
  await api.grant(String(endpoint.json.mailboxId), 'owner', 'read');
  api.mail.filings.push({ mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' });
  const { endpointId } = api.mail;
  await api.newUser('keeper');
  await api.call('POST', '/groups', { token: api.admin, body: { groupName: 'team', members: ['reader'] } });
  const keyOf = async (token: string | undefined) =>
    (await api.call('POST', '/api-keys', { token, body: { name: 'key', privileges: ['login'] } })).json;
  const keeper = await api.signIn('keeper', 'a long password');
  const { apiKeyId = '' } = await keyOf(keeper);
  tokens = { ...tokens, key: (await keyOf(tokens.reader)).key };
  const saved = { name: 'shared', q: 'x', shared: true };
  const { savedSearchId = '' } = (await api.call('POST', '/saved-searches', { token: tokens.reader, body: saved }))
    .json;
  const newAuditor = async (body: object) =>
    (await api.call('POST', '/auditors', { token: api.admin, body: { expiresAt: '2030-01-01', ...body } })).json;
  const signInAs = ({ userName, password }: Json) => api.signIn(String(userName), String(password));
  const auditor = await newAuditor({});
  const notices = await api.call('GET', '/me/notices', { token: api.admin });
  const { profileId } = (await api.call('POST', '/profiles', { token: api.admin, body: PROFILE })).json;
  const { holdId } = (await api.call('POST', '/legal-holds', { token: api.admin, body: HOLD })).json;
  const { policyId } = (await api.call('POST', '/retention-policies', { token: api.admin, body: POLICY })).json;
  const requestIds = new Map<string, string>();
  for (const kind of ['/erasure-requests', '/access-requests', '/bulk-deletions']) {
    const { json } = await api.call('POST', kind, { token: api.admin, body: REQUEST });
    requestIds.set(kind, String(json.requestId));
  }
  requestIdOf = (path) => requestIds.get(`/${path.split('/')[1]}`) ?? '?';
  const other = await api.newMailbox('other');
  const soon = new Date(api.clock.now().getTime() + 1_000).toISOString();
  tokens = {
    ...tokens,
    auditor: await signInAs(auditor),
    scoped: await signInAs(await newAuditor({ scope: { mailboxIds: [other] } })),
    expired: await signInAs(await newAuditor({ expiresAt: soon })),
  };
  api.clock.advance(1_000);
  const privateMail = `/auditors/${auditor.userName}/private-mail`;
  const waiting = await api.call('POST', privateMail, { token: api.admin, body: { mailboxId } });
  const supervision = {
    auditorName: String(auditor.userName),
    noticeId: String(notices.json.items?.[0]?.noticeId),
    approvalId: String(waiting.json.approvalId),
  };
  const names = { ...supervision, groupName: 'team', member: 'reader', apiKeyId, savedSearchId };
  const victims = { ...names, userName: 'plain', principal: 'reader', domain: 'example.org', sessionId: 'current' };
  ids = {
    ...victims,
    mailboxId,
    endpointId,
    archiveId: ARCHIVE_ID,
    index: '0',
    part: '1',
    arrivalId: 'a-1',
    id: 'q-1',
    jobId: 'job-1',
    profileId: String(profileId),
    holdId: String(holdId),
    policyId: String(policyId),
  };
});

test('every route has its row, and every row its route', () => {
  expect(Object.keys(MATRIX).toSorted()).toEqual(allRoutes.map(({ method, path }) => `${method} ${path}`).toSorted());
});

describe.each(CALLERS)('%s', (caller) => {
  test.each(Object.entries(MATRIX))('%s', async (route, row) => {
    const [method = '', path = ''] = route.split(' ');
    const known: typeof ids = { ...ids, requestId: requestIdOf(path) };
    const concrete = (path + (row.query ?? '')).replace(/\{(\w+)\}/g, (_whole, name: string) => known[name] ?? '?');
    const { status, json } = await api.call(method, concrete, { token: tokens[caller], body: row.body });
    expect([status, json.error?.code]).toEqual([statusOf(row, caller), expectedCode(row, caller)]);
  });
});

function statusOf(row: Row, caller: (typeof CALLERS)[number]): number {
  const { auditor = row.reader, key = row.reader } = row;
  if (caller === 'key') return key;
  if (caller === 'expired') return row.anonymous;
  if (caller === 'auditor') return auditor;
  if (caller === 'scoped' && row.scoped !== undefined) return row.scoped;
  if (caller === 'scoped') return row.plain === row.reader ? auditor : row.plain;
  return row[caller];
}

function expectedCode(row: Row, caller: (typeof CALLERS)[number]): string | undefined {
  const status = statusOf(row, caller);
  if (status === 403) return caller === 'admin' ? (row.adminCode ?? 'content_blocked') : 'forbidden';
  return new Map([
    [400, 'invalid_request'],
    [401, 'unauthenticated'],
    [404, 'not_found'],
    [409, 'conflict'],
    [502, 'source_unreachable'],
  ]).get(status);
}

test('what is not there is not found, for whoever could see it', async () => {
  const somewhere: { readonly [name: string]: string } = { index: '0', principal: 'reader' };
  for (const { method, path, description } of allRoutes) {
    if (!path.includes('{') || path.startsWith('/sessions')) continue;
    const { body, query = '' } = MATRIX[`${method} ${path}`] ?? {};
    const concrete = (path + query).replace(/\{(\w+)\}/g, (_whole, name: string) => somewhere[name] ?? 'none');
    const { status } = await api.call(method, concrete, { token: tokens.owner, body });
    expect([method, path, description.privilege, status]).toEqual([method, path, description.privilege, 404]);
  }
});
