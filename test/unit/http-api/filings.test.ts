import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

let api: ApiWorld;
let mailboxId: string;
let writer: string;

beforeEach(async () => {
  api = await createApiWorld();
  mailboxId = await api.newMailbox('ann');
  writer = await api.newUser('writer');
  await api.grant(mailboxId, 'writer', 'write');
  api.mail.filings.push(
    { mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' },
    { mailboxId: 'mb-boss', folder: 'Inbox', originFolder: 'Inbox', basis: 'header' },
  );
});

const move = (mailbox: string, body: object, token = writer) =>
  api.call('PATCH', `/messages/${ARCHIVE_ID}/filings?mailbox=${mailbox}`, { token, body });

describe('PATCH /messages/{archiveId}/filings', () => {
  test('moves a message for whoever may write in the mailbox, and says who', async () => {
    const { status, json } = await move(mailboxId, { from: 'Inbox', to: 'Projects/A' });
    expect([status, json]).toEqual([200, { archiveId: ARCHIVE_ID, mailboxId, from: 'Inbox', to: 'Projects/A' }]);
    expect(api.mail.asked.at(-1)).toMatchObject({ from: 'Inbox', to: 'Projects/A', by: { kind: 'user' } });
  });

  test('is refused to whoever may only read it', async () => {
    const reader = await api.newUser('reader');
    await api.grant(mailboxId, 'reader', 'read');
    expect((await move(mailboxId, { from: 'Inbox', to: 'A' }, reader)).status).toBe(403);
  });

  test('knows no mailbox of others', async () => {
    expect((await move('mb-boss', { from: 'Inbox', to: 'A' })).status).toBe(404);
  });

  test('takes one mailbox and two names', async () => {
    for (const body of [{}, { from: 'Inbox' }, { from: 'Inbox', to: '' }, { from: 'Inbox', to: 'A', more: 1 }]) {
      expect((await move(mailboxId, body)).status).toBe(400);
    }
    const without = await api.call('PATCH', `/messages/${ARCHIVE_ID}/filings`, {
      token: writer,
      body: { from: 'Inbox', to: 'A' },
    });
    expect(without.status).toBe(400);
  });
});

describe('folders', () => {
  const rename = (body: object) => api.call('POST', `/mailboxes/${mailboxId}/folders/rename`, { token: writer, body });

  test('are renamed at once where little lies in them', async () => {
    const { status, json } = await rename({ from: 'A', to: 'B' });
    expect([status, json]).toEqual([200, { from: 'A', to: 'B', folders: 1, messages: 2, left: 0 }]);
  });

  test('are renamed by a job where much does', async () => {
    const { status, json } = await rename({ from: 'Large', to: 'B' });
    expect([status, json]).toEqual([202, { jobId: 'job-1' }]);
  });

  test.each(['?empty', '?empty=true'])('are removed by %s where nothing lies in them', async (query) => {
    expect((await api.call('DELETE', `/mailboxes/${mailboxId}/folders${query}`, { token: writer })).status).toBe(204);
    expect(api.mail.asked.at(-1)).toEqual({ mailboxId });
  });
});

test('a merged filing is evidence, not a second place', async () => {
  await api.grant(mailboxId, 'writer', 'read', 'write');
  api.mail.bcc = [{ address: 'boss@example.org' }];
  api.mail.filings.push({ mailboxId, folder: 'Inbox', originFolder: 'Sent', basis: 'header', isMerged: true });
  const { json } = await api.call('GET', `/messages/${ARCHIVE_ID}`, { token: writer });
  expect(json.filings).toEqual([{ mailboxId, folder: 'Inbox', basis: 'header' }]);
  expect(json.bcc).toEqual([{ address: 'boss@example.org' }]);
});
