import { beforeEach, describe, expect, test } from 'vitest';
import { routeContentOf } from '../../../functions/http-api/route-content.ts';
import { allRoutes } from '../../../functions/http-api/routes/all-routes.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

/** Stands in everything that is content: text, bytes, attachment, recipients that a header summary does not name. */
const SECRET = 'plum-pudding';

let api: ApiWorld;
let mailboxId: string;
let ids: { readonly [name: string]: string };

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
  const journal = String(endpoint.json.mailboxId);
  ids = {
    mailboxId,
    journal,
    endpointId: String(endpointId),
    archiveId: ARCHIVE_ID,
    index: '0',
    arrivalId: 'a-1',
    id: 'q-1',
  };
});

const mailRoutes = allRoutes.filter((route) => ['summary', 'content'].includes(routeContentOf(route) ?? ''));
const named = mailRoutes.map((route) => ({ route, name: `${route.method} ${route.path}` }));

function ask({ method, path }: { readonly method: string; readonly path: string }, token: string) {
  return api.call(
    method,
    path.replace(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? '-'),
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
  // Marking says nothing but that it is done.
  expect(suspicious.map(({ path }) => path)).toEqual([
    '/messages/{archiveId}/private',
    '/messages/{archiveId}/private',
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
