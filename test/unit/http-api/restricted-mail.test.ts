import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

const OTHER = `1-${'b'.repeat(64)}`;
let api: ApiWorld;
let mailboxId: string;
let ann: string;
let auditor: string;

/**
 * A message in the mailbox of Ann, who may do all that there is with it, and elsewhere, where a filing says that it is
 * restricted.
 */
beforeEach(async () => {
  api = await createApiWorld();
  mailboxId = await api.newMailbox('ann');
  ann = await api.newUser('ann');
  await api.call('PUT', `/mailboxes/${mailboxId}/access/ann`, {
    token: api.admin,
    body: { privileges: ['read', 'write', 'delete'] },
  });
  await api.call('PUT', `/mailboxes/${mailboxId}/access/admin`, {
    token: api.admin,
    body: { privileges: ['read', 'write', 'delete'] },
  });
  const made = await api.call('POST', '/auditors', { token: api.admin, body: { expiresAt: '2030-01-01' } });
  auditor = await api.signIn(String(made.json.userName), String(made.json.password));
  const place = { folder: 'Inbox', originFolder: 'Inbox', basis: 'header' } as const;
  api.mail.filings.push(
    { mailboxId, ...place },
    { mailboxId: 'mb-boss', ...place, isRestricted: true, isRemoved: true },
  );
});

const REQUESTS: [method: string, path: string, body?: object][] = [
  ['GET', `/messages/${ARCHIVE_ID}`],
  ['GET', `/messages/${ARCHIVE_ID}/raw`],
  ['GET', `/messages/${ARCHIVE_ID}/attachments/0`],
  ['GET', `/messages/${ARCHIVE_ID}/arrivals`],
  ['GET', `/messages/${ARCHIVE_ID}/retention`],
];
const CHANGES: typeof REQUESTS = [
  ['PUT', `/messages/${ARCHIVE_ID}/private`, {}],
  ['PATCH', `/messages/${ARCHIVE_ID}/filings?mailbox=MAILBOX`, { from: 'Inbox', to: 'A' }],
  ['DELETE', `/messages/${ARCHIVE_ID}?mailbox=MAILBOX`],
];
const ask = (token: string, [method, path, body]: (typeof REQUESTS)[number]) =>
  api.call(method, path.replace('MAILBOX', mailboxId), { token, ...(body ? { body } : {}) });

describe('a restricted message', () => {
  test.each([...REQUESTS, ...CHANGES])('%s %s finds none, whoever asks with whatever grant', async (...request) => {
    for (const token of [ann, api.admin]) {
      const { status, json } = await ask(token, request);
      expect([status, json.error?.code]).toEqual([404, 'not_found']);
    }
    expect(api.mail.asked).toEqual([]);
  });

  test.each(REQUESTS)('%s %s is answered to auditors', async (...request) => {
    expect((await ask(auditor, request)).status).toBe(200);
  });

  test.each([...REQUESTS, ...CHANGES.slice(1)])('%s %s is answered once that has ended', async (...request) => {
    api.mail.filings = api.mail.filings.slice(0, 1);
    expect((await ask(ann, request)).status).toBeLessThan(300);
  });

  test('is no version of another one, but for auditors', async () => {
    api.mail.otherFilings = api.mail.filings;
    api.mail.filings = api.mail.filings.slice(0, 1);
    api.mail.versions = [{ archiveId: OTHER, relation: 'content' }];
    const versions = async (token: string) =>
      (await api.call('GET', `/messages/${ARCHIVE_ID}`, { token })).json.versions;
    expect(await versions(ann)).toEqual([]);
    expect(await versions(auditor)).toHaveLength(1);
  });
});
