import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const PASSWORD = 'a long password';

let running: RunningSystem;
let anna: Api;
let mailboxId: string;

beforeAll(async () => {
  running = await startSystem();
  const { api, system } = running;
  const endpoint = await api.post('/journal-endpoints', { name: 'journal' });
  ({ mailboxId } = await api.post('/mailboxes', { name: 'anna', primaryAddress: 'anna@example.org' }));
  await api.post('/users', { userName: 'anna', password: PASSWORD, privileges: ['login'] });
  await api.put(`/mailboxes/${mailboxId}/access/anna`, { privileges: ['read', 'write'] });
  for (const n of [1, 2, 3]) {
    const fields = {
      From: 'carla@example.net',
      To: 'anna@example.org',
      Subject: `gooseberry ${n}`,
      'Message-ID': `<${n}@x>`,
    };
    await send(system.smtpPort, { from: 'journal@example.org', to: [endpoint.address] }, mail(fields, `Fruit ${n}\n`));
  }
  await signIn();
  await api.indexed();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

async function signIn(): Promise<void> {
  anna = new Api(running.api.origin);
  await anna.signIn('anna', PASSWORD);
}

const found = async (q: string) => (await anna.get(`/search?q=${encodeURIComponent(q)}`)).total;

const subjects = async (folder: string) => {
  const { items } = await anna.get(`/mailboxes/${mailboxId}/messages?folder=${encodeURIComponent(folder)}`);
  return items.map(({ subject }: { readonly subject: string }) => subject).toSorted();
};
const folders = async () =>
  (await anna.get(`/mailboxes/${mailboxId}/folders`)).items.map(({ folder }: { readonly folder: string }) => folder);

test('what is moved is found and listed in its new folder only, also after a restart', async () => {
  const { items } = await anna.get('/search?q=subject:%22gooseberry%201%22');
  const [{ archiveId }] = items;
  const path = `/messages/${archiveId}/filings?mailbox=${mailboxId}`;
  await anna.post(path, { from: 'Inbox', to: 'Projects/Fruit' }, 'PATCH');
  await anna.post(path, { from: 'Inbox', to: 'Projects/Fruit' }, 'PATCH');

  const isMoved = async () => {
    await running.api.indexed();
    expect(await found('gooseberry in:Projects/Fruit')).toBe(1);
    expect(await found('gooseberry in:Inbox')).toBe(2);
    expect(await subjects('Projects/Fruit')).toEqual(['gooseberry 1']);
    expect(await subjects('Inbox')).toEqual(['gooseberry 2', 'gooseberry 3']);
    const { filings } = await anna.get(`/messages/${archiveId}`);
    expect(filings).toEqual([{ mailboxId, folder: 'Projects/Fruit', basis: 'header' }]);
  };
  await isMoved();
  await running.stop();
  running = await startSystem({ dataDir: running.dataDir });
  await signIn();
  await isMoved();
});

test('a renamed folder takes its mail along, and leaves no empty folder behind', async () => {
  await anna.post(`/mailboxes/${mailboxId}/folders/rename`, { from: 'Projects', to: 'Old/Projects' });
  expect(await folders()).toEqual(['Inbox', 'Old/Projects/Fruit']);
  await running.api.indexed();
  expect(await found('gooseberry in:Old/Projects/Fruit')).toBe(1);
  const { items } = await anna.get(`/mailboxes/${mailboxId}/messages?folder=Old%2FProjects%2FFruit`);
  const path = `/messages/${items[0].archiveId}/filings?mailbox=${mailboxId}`;
  await anna.post(path, { from: 'Old/Projects/Fruit', to: 'INBOX' }, 'PATCH');
  await anna.post(`/mailboxes/${mailboxId}/folders?empty`, undefined, 'DELETE');
  expect(await folders()).toEqual(['Inbox']);
  expect(await subjects('Inbox')).toHaveLength(3);
});

test('whoever may only look moves nothing', async () => {
  const { items } = await anna.get('/search?q=gooseberry');
  const path = `/messages/${items[0].archiveId}/filings?mailbox=${mailboxId}`;
  await expect(running.api.post(path, { from: 'Inbox', to: 'Away' }, 'PATCH')).rejects.toThrow('403');
  expect(await subjects('Inbox')).toHaveLength(3);
});
