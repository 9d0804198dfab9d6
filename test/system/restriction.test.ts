import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const PASSWORD = 'a long password';
const ABOUT = { name: 'Eve', reason: 'she asked for it' };

let running: RunningSystem;
let api: Api;
let ann: Api;
let auditor: Api;
let address: string;
let mailboxId: string;
let zoes: string;
let archiveId: string;
let holdId: string;
let path: string;

/** Mail of Eve, who wants it gone, and of Bob, to Ann; a legal hold on what Eve wrote of plums; nobody hides content. */
beforeAll(async () => {
  running = await startSystem();
  ({ api } = running);
  ({ address } = await api.post('/journal-endpoints', { name: 'journal' }));
  mailboxId = (await api.post('/mailboxes', { name: 'ann', primaryAddress: 'ann@example.org' })).mailboxId;
  zoes = (await api.post('/mailboxes', { name: 'zoe', primaryAddress: 'zoe@example.org' })).mailboxId;
  await api.post('/users', { userName: 'ann', password: PASSWORD, privileges: ['login'] });
  for (const id of [mailboxId, zoes]) {
    await api.put(`/mailboxes/${id}/access/ann`, { privileges: ['read', 'write', 'delete'] });
  }
  await api.put('/compliance', { blockPreview: false });
  const { userName, password } = await api.post('/auditors', { expiresAt: '2099-01-01' });
  [ann, auditor] = await Promise.all([signedIn('ann', PASSWORD), signedIn(userName, password)]);
  await deliver(1, 'eve@example.net', 'plums');
  await deliver(2, 'bob@example.net', 'plums and pears');
  await api.indexed();
  const hold = { name: 'case', matter: '1', reason: 'r', scope: { query: 'from:eve subject:plums' } };
  ({ holdId } = await api.post('/legal-holds', hold));
  const request = await api.post('/erasure-requests', { ...ABOUT, scope: { addresses: ['eve@example.net'] } });
  path = `/erasure-requests/${request.requestId}`;
  await until('the request to find', () => api.get(path), { isWanted: ({ state }) => state === 'found' });
  [{ archiveId }] = (await api.get(`${path}/messages`)).items;
  await api.post(`${path}/approve`, {});
  await until('the request to be open', () => api.get(path), { isWanted: ({ state }) => state === 'open' });
  await api.indexed();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

async function signedIn(userName: string, password: string): Promise<Api> {
  const own = new Api(api.origin);
  await own.signIn(userName, password);
  return own;
}

const letter = (n: number, from: string, subject: string) =>
  mail({ From: from, To: 'ann@example.org', Subject: subject, 'Message-ID': `<${n}@example.net>` }, 'of summer\n');

async function deliver(n: number, from: string, subject: string): Promise<void> {
  await send(running.system.smtpPort, { from: 'j@example.org', to: [address] }, letter(n, from, subject));
}

/** The first letter once more, by a journal report that names another recipient. */
async function reportTo(recipient: string): Promise<void> {
  const text = `Sender: eve@example.net\nSubject: plums\nMessage-Id: <1@example.net>\nTo: ${recipient}\n`.replaceAll(
    '\n',
    '\r\n',
  );
  const parts = [
    `Content-Type: text/plain\r\n\r\n${text}`,
    `Content-Type: message/rfc822\r\n\r\n${letter(1, 'eve@example.net', 'plums')}`,
  ];
  const fields = {
    From: 'j@example.org',
    'X-MS-Journal-Report': '',
    'MIME-Version': '1.0',
    'Content-Type': 'multipart/mixed; boundary=b',
  };
  const body = `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`;
  const raw = mail(fields, '').concat(body);
  await send(running.system.smtpPort, { from: 'j@example.org', to: [address] }, raw);
}

const found = async (who: Api, query = 'plums') => (await who.get(`/search?q=${query}`)).total;
const listed = async (who: Api, of = mailboxId) => (await who.allMessages(of)).map(({ subject }) => subject).toSorted();
const statusOf = async (who: Api, at: string, init: RequestInit = {}) => (await who.fetch(at, init)).status;
const PARTS = ['', '/raw', '/arrivals', '/retention'];
const statuses = (who: Api) => Promise.all(PARTS.map((part) => statusOf(who, `/messages/${archiveId}${part}`)));

describe('what an erasure request may not delete yet', () => {
  test('is found and shown to nobody but auditors, in lists and searches, whatever is granted', async () => {
    expect((await api.get(`${path}/messages`)).items).toMatchObject([{ archiveId, state: 'blocked' }]);
    for (const who of [ann, api]) {
      const { items, facets, total } = await who.get('/search?q=summer');
      expect(items.map(({ subject }: { subject: string }) => subject)).toEqual(['plums and pears']);
      expect(facets.sender).toEqual([{ value: 'bob@example.net', count: 1 }]);
      expect(total).toBe(1);
      expect(await listed(who)).toEqual(['plums and pears']);
      expect(await statuses(who)).toEqual([404, 404, 404, 404]);
    }
    expect(await found(ann, '-pears')).toBe(0);
    expect(await found(auditor)).toBe(2);
    expect(await listed(auditor)).toEqual(['plums', 'plums and pears']);
    expect(await statuses(auditor)).toEqual([200, 200, 200, 200]);
  });

  test('is nothing that can be moved, marked or removed', async () => {
    const json = { 'content-type': 'application/json' };
    const body = JSON.stringify({ from: 'Inbox', to: 'A' });
    const at = `/messages/${archiveId}`;
    expect(await statusOf(ann, `${at}/filings?mailbox=${mailboxId}`, { method: 'PATCH', body, headers: json })).toBe(
      404,
    );
    expect(await statusOf(ann, `${at}/private`, { method: 'PUT', body: '{}', headers: json })).toBe(404);
    expect(await statusOf(ann, `${at}?mailbox=${mailboxId}`, { method: 'DELETE' })).toBe(404);
    const missing = `/messages/1-${'0'.repeat(64)}`;
    expect(await statusOf(ann, `${missing}?mailbox=${mailboxId}`, { method: 'DELETE' })).toBe(404);
  });

  test('stays so for whoever it arrives for later, and when all is indexed anew', async () => {
    await reportTo('zoe@example.org');
    // Its filing is there a moment before it says that it is restricted.
    await api.filed();
    expect(await listed(auditor, zoes)).toHaveLength(1);
    expect(await listed(ann, zoes)).toEqual([]);
    const { jobId } = await api.post('/maintenance/reindex', {});
    await api.ended(jobId);
    await api.indexed();
    expect(await found(auditor, 'summer')).toBe(2);
    expect([await found(ann, 'summer'), await found(api, 'summer')]).toEqual([1, 1]);
    expect(await statuses(ann)).toEqual([404, 404, 404, 404]);
  });

  test('is found by further requests and holds', async () => {
    const request = await api.post('/access-requests', { ...ABOUT, scope: { query: 'subject:plums' } });
    const at = `/access-requests/${request.requestId}`;
    await until('the request to find', () => api.get(at), { isWanted: ({ state }) => state === 'found' });
    expect((await api.get(`${at}/messages`)).items).toHaveLength(2);
    expect((await auditor.get(`/messages/${archiveId}/retention`)).holds).toMatchObject([{ holdId }]);
  });

  test('is there again once the request has ended', async () => {
    await api.post(`${path}/close`, { reason: 'withdrawn' });
    // In Zoe's mailbox, too.
    await until('it to be found again', () => found(ann), { isWanted: (total) => total === 3 });
    expect(await listed(ann)).toEqual(['plums', 'plums and pears']);
    expect(await listed(ann, zoes)).toEqual(['plums']);
    expect(await statuses(ann)).toEqual([200, 200, 200, 200]);
  });
});
