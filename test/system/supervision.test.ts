import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const PASSWORD = 'a password for testing';
let running: RunningSystem;
let api: Api;
let anna: Api;
let second: Api;
let mailboxId: string;
let archiveId: string;

/** Beth, an administrator, and Anna, who has a mailbox of her own with one message in it. */
beforeAll(async () => {
  running = await startSystem();
  api = running.api;
  const { address } = await api.post('/journal-endpoints', { name: 'journal' });
  const person = {
    privileges: ['login'],
    password: PASSWORD,
    emailAddresses: ['anna@example.org'],
    createMailbox: true,
  };
  mailboxId = (await api.post('/users', { userName: 'anna', ...person })).mailboxId;
  await api.post('/users', { userName: 'beth', privileges: ['admin'], password: PASSWORD });
  anna = await signedIn('anna', PASSWORD);
  second = await signedIn('beth', PASSWORD);
  const fields = {
    From: 'bob@example.net',
    To: 'anna@example.org',
    Subject: 'Between us',
    'Message-ID': '<1@example.net>',
  };
  await send(running.system.smtpPort, { from: 'bob@example.net', to: [address] }, mail(fields, 'The plum pudding\n'));
  archiveId = (await anna.messages(mailboxId, 1))[0].archiveId;
  await api.put('/compliance', { fourEyes: true, privateMail: true });
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

const approve = (approvalId: string) => second.post(`/approvals/${approvalId}/approve`, {});
const statusOf = async (who: Api, path: string) => (await who.fetch(path)).status;

describe('an auditor of a running system', () => {
  let auditor: Api;
  let userName: string;

  beforeAll(async () => {
    const { approvalId } = await api.post('/auditors', { expiresAt: '2099-01-01', scope: { from: '2020-01-01' } });
    const { result } = await approve(approvalId);
    userName = result.userName;
    auditor = await signedIn(userName, result.password);
  });

  test('reads what was received in the period, lists included', async () => {
    expect((await auditor.allMessages(mailboxId)).map(({ subject }) => subject)).toEqual(['Between us']);
    expect((await auditor.raw(archiveId)).toString()).toContain('plum pudding');
    expect(await statusOf(auditor, '/jobs')).toBe(403);
  });

  test('reads private mail once two administrators say so, and Anna is told', async () => {
    await anna.put(`/messages/${archiveId}/private`, {});
    expect(await statusOf(auditor, `/messages/${archiveId}/raw`)).toBe(403);
    expect((await auditor.get(`/messages/${archiveId}`)).contentBlocked).toBe(true);
    const { approvalId } = await api.post(`/auditors/${userName}/private-mail`, { archiveId });
    await approve(approvalId);
    expect(await statusOf(auditor, `/messages/${archiveId}/raw`)).toBe(200);
    const { items } = await anna.get('/me/notices');
    expect(items.map(({ action }: { action: string }) => action)).toEqual(['showPrivateMail', 'createAuditor']);
  });

  test('reads on once the mark is taken away', async () => {
    expect((await anna.fetch(`/messages/${archiveId}/private`, { method: 'DELETE' })).status).toBe(204);
    expect((await anna.get(`/messages/${archiveId}`)).filings[0]).not.toHaveProperty('private');
    expect(await statusOf(auditor, `/messages/${archiveId}/raw`)).toBe(200);
  });
});

test('an administrator reads after the approval of another one, not before', async () => {
  const path = `/messages/${archiveId}/raw`;
  expect(await statusOf(api, path)).toBe(403);
  const { approvalId } = await api.put(`/mailboxes/${mailboxId}/access/admin`, { privileges: ['read'] });
  expect(await statusOf(api, path)).toBe(403);
  expect((await api.fetch(`/approvals/${approvalId}/approve`, { method: 'POST' })).status).toBe(403);
  await approve(approvalId);
  expect(await statusOf(api, path)).toBe(200);
});

test('private marks, auditors, approvals and notices come back from the archive bucket alone', async () => {
  await anna.put(`/messages/${archiveId}/private`, {});
  const { items: before } = await api.get('/approvals');
  const [{ noticeId }] = (await anna.get('/me/notices')).items;
  await anna.post(`/me/notices/${noticeId}/read`, {});
  const { items: notices } = await anna.get('/me/notices');
  await running.stop();
  for (const name of await readdir(running.dataDir)) {
    if (name.startsWith('tables.sqlite')) await rm(join(running.dataDir, name));
  }
  running = await startSystem({ dataDir: running.dataDir });
  api = running.api;
  anna = await signedIn('anna', PASSWORD);
  expect((await anna.get(`/messages/${archiveId}`)).filings[0].private).toBe(true);
  expect((await anna.get('/me/notices')).items).toEqual(notices);
  expect((await api.get('/approvals')).items).toEqual(before);
  const { items } = await api.get('/auditors');
  expect(items).toHaveLength(1);
});
