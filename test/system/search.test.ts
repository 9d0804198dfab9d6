import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const PASSWORD = 'a long password';
/** Mail of another time than it came at is sorted by when it came. */
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

let running: RunningSystem;
let endpoint: { readonly endpointId: string; readonly address: string; readonly mailboxId: string };
let anna: Api;
let bert: Api;
let auditor: Api;
let mailboxes: { readonly anna: string; readonly bert: string };

beforeAll(async () => {
  running = await startSystem();
  const { api } = running;
  endpoint = await api.post('/journal-endpoints', { name: 'journal' });
  mailboxes = { anna: await newMailbox('anna'), bert: await newMailbox('bert') };
  anna = await newReader('anna', mailboxes.anna);
  bert = await newReader('bert', mailboxes.bert);
  const made = await api.post('/auditors', { expiresAt: '2099-01-01' });
  auditor = new Api(api.origin);
  await auditor.signIn(made.userName, made.password);
  for (const raw of MAILS) await deliver(raw);
  await api.indexed();
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

const MAILS = [
  mail(
    {
      From: 'carla@example.net',
      To: 'anna@example.org',
      Subject: 'Rechnungen für Übermorgen',
      Date: hoursAgo(3).toUTCString(),
      'Message-ID': '<1@example.net>',
      'MIME-Version': '1.0',
      'Content-Type': 'text/plain; charset=utf-8',
    },
    'Die Straße zum Großmarkt ist am Donnerstag gesperrt.\n',
  ),
  mail(
    {
      From: 'anna@example.org',
      To: 'bert@example.org',
      Bcc: 'dora@example.com',
      Subject: 'Plan',
      Date: hoursAgo(2).toUTCString(),
      'Message-ID': '<2@example.org>',
    },
    'The quick brown fox jumps over the lazy dog.\n',
  ),
  mail(
    {
      From: 'carla@example.net',
      To: 'bert@example.org',
      Subject: 'Attached',
      Date: hoursAgo(1).toUTCString(),
      'Message-ID': '<3@example.net>',
      'MIME-Version': '1.0',
      'Content-Type': 'multipart/mixed; boundary=b',
    },
    '--b\nContent-Type: text/plain\n\nSee below.\n--b\nContent-Type: text/csv; name=figures.csv\n' +
      'Content-Disposition: attachment; filename=figures.csv\n\nname,value\ngooseberry,42\n--b--\n',
  ),
];

async function newMailbox(name: string): Promise<string> {
  const body = { name, primaryAddress: `${name}@example.org` };
  return (await running.api.post('/mailboxes', body)).mailboxId;
}

async function newReader(userName: string, mailboxId: string): Promise<Api> {
  await running.api.post('/users', { userName, password: PASSWORD, privileges: ['login'] });
  await running.api.put(`/mailboxes/${mailboxId}/access/${userName}`, { privileges: ['read'] });
  const api = new Api(running.api.origin);
  await api.signIn(userName, PASSWORD);
  return api;
}

async function deliver(raw: string): Promise<void> {
  await send(running.system.smtpPort, { from: 'journal@example.org', to: [endpoint.address] }, raw);
}

const search = (api: Api, q: string, more = '') => api.get(`/search?q=${encodeURIComponent(q)}${more}`);

async function subjects(api: Api, q: string): Promise<readonly string[]> {
  return (await search(api, q)).items.map((item: { readonly subject: string }) => item.subject);
}

const INVOICE = 'Rechnungen für Übermorgen';

describe('mail that came by SMTP is found', () => {
  test.each([
    { why: 'by a word of the subject, whatever its case', q: 'übermorgen' },
    { why: 'without its accents', q: 'ubermorgen' },
    { why: 'by another form of the word', q: 'Rechnung' },
    { why: 'with ss for ß', q: 'strasse' },
    { why: 'by a phrase', q: '"Großmarkt ist am Donnerstag"' },
    { why: 'by its sender and date', q: `from:carla@example.net after:${hoursAgo(48).toISOString().slice(0, 10)}` },
    { why: 'by its Message-ID', q: 'messageid:<1@example.net>' },
  ])('$why', async ({ q }) => {
    expect(await subjects(anna, q)).toEqual([INVOICE]);
  });

  test('and what does not match is not', async () => {
    expect(await subjects(anna, '"Donnerstag am Großmarkt"')).toEqual([]);
    expect(await subjects(anna, 'übermorgen -gesperrt')).toEqual([]);
  });

  test('by the text of an attachment, its name and its type', async () => {
    for (const q of ['attachment:gooseberry', 'gooseberry', 'filename:figures', 'has:attachment', 'type:csv']) {
      expect([q, await subjects(bert, q)]).toEqual([q, ['Attached']]);
    }
  });

  test('with a snippet around what matched', async () => {
    const { items } = await search(anna, 'donnerstag');
    expect(items[0].snippet).toContain('am <mark>Donnerstag</mark> gesperrt');
  });
});

describe('everybody finds what is theirs', () => {
  test('users their own mailboxes', async () => {
    expect(await subjects(anna, '')).toEqual(['Plan', INVOICE]);
    expect(await subjects(bert, '')).toEqual(['Attached', 'Plan']);
    expect((await search(anna, 'gooseberry')).total).toBe(0);
  });

  test('administrators header fields', async () => {
    const { api } = running;
    expect(await subjects(api, 'subject:plan')).toEqual(expect.arrayContaining(['Plan']));
    expect((await search(api, 'fox')).total).toBe(0);
    const { items } = await search(api, 'plan');
    expect(items.every((item: { readonly snippet: string }) => item.snippet === '')).toBe(true);
  });

  test('auditors everything, each message once', async () => {
    const { items, total } = await search(auditor, '');
    expect([total, new Set(items.map((item: { readonly archiveId: string }) => item.archiveId)).size]).toEqual([3, 3]);
    expect(await subjects(auditor, 'fox')).toEqual(['Plan']);
  });

  test('a blind copy by its sender and auditors, by nobody else', async () => {
    expect(await subjects(anna, 'bcc:dora@example.com')).toEqual(['Plan']);
    expect(await subjects(auditor, 'bcc:dora@example.com')).toEqual(['Plan']);
    for (const q of ['bcc:dora@example.com', 'dora', 'any:dora@example.com']) {
      expect([q, await subjects(bert, q)]).toEqual([q, []]);
    }
  });

  test('nothing any more of what was taken from them, at once', async () => {
    const path = `/mailboxes/${mailboxes.bert}/access/bert`;
    await running.api.put(path, { privileges: [] });
    expect(await subjects(bert, '')).toEqual([]);
    await running.api.put(path, { privileges: ['read'] });
    expect(await subjects(bert, '')).toEqual(['Attached', 'Plan']);
  });
});

test('a search as a job gives the same', async () => {
  const { jobId } = await auditor.post('/search', { q: 'example', job: true });
  const byJob = await until('all that the job finds', () => auditor.get(`/search?job=${jobId}`), {
    isWanted: (found) => !found.jobId,
  });
  const direct = await search(auditor, 'example');
  expect(byJob).toMatchObject({ items: direct.items, total: direct.total, totalIsExact: true, facets: direct.facets });
  // It is for who began it.
  expect((await running.api.fetch(`/search?job=${jobId}`)).status).toBe(404);
});

test('a segment that was damaged is noticed, and made again', async () => {
  const directory = join(running.dataDir, 'objects/derived/segments/data', mailboxes.anna, 'all');
  const names = (await readdir(directory)).filter((name) => name.endsWith('.idx'));
  expect(names.length).toBeGreaterThan(0);
  await running.stop();
  for (const name of names) {
    const bytes = await readFile(join(directory, name));
    await writeFile(
      join(directory, name),
      bytes.map((byte) => byte ^ 0xff),
    );
  }
  running = await startSystem({ dataDir: running.dataDir });
  anna = new Api(running.api.origin);
  await anna.signIn('anna', PASSWORD);
  expect(await search(anna, 'donnerstag')).toMatchObject({
    items: [],
    totalIsExact: false,
    searched: { failed: [mailboxes.anna] },
  });
  const whole = await until('the segment to be made again', () => search(anna, ''), {
    isWanted: ({ total, searched }) => total === 2 && searched.failed.length === 0,
  });
  expect(whole).toMatchObject({ total: 2, totalIsExact: true, searched: { failed: [] } });
  await running.api.indexed();
  expect(await subjects(anna, 'donnerstag')).toEqual([INVOICE]);
});
