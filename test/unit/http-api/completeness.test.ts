import { beforeEach, describe, expect, test } from 'vitest';
import { exportRows } from '../../../functions/http-api/completeness-export.ts';
import { completenessMetrics } from '../../../functions/http-api/completeness-metrics.ts';
import type { CompletenessRow } from '../../../shared/domain/completeness.ts';
import { type ReportQuestion, startReport } from '../../../shared/usecases/completeness/make-report.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { missingPartition } from '../../../shared/usecases/folder-sync/sync-keys.ts';
import { noteSync } from '../../../shared/usecases/folder-sync/sync-states.ts';
import { getJob } from '../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../shared/usecases/maintenance/run-job.ts';
import { createMemoryPorts } from '../usecases/memory-ports.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { createFakeReading, type FakeMail } from './fake-reading.ts';

const PROFILE = {
  kind: 'folder-sync',
  name: 'anna',
  server: { host: 'mail.example.org' },
  credentials: { userName: 'anna', password: 'secret' },
};

const NO_MAIL: FakeMail = {
  filings: [],
  raw: Buffer.alloc(0),
  text: '',
  attachment: { filename: '', contentType: '', content: Buffer.alloc(0) },
  bcc: [],
  endpointId: '',
  asked: [],
};

let api: ApiWorld;
let mailboxId: string;
let owner: string;

beforeEach(async () => {
  const reading = {
    ...createFakeReading(NO_MAIL),
    startReport: (question: ReportQuestion) => startReport(api.ports, question),
    getJob: async (jobId: string) => (await getJob(api.ports, jobId)).data,
  };
  api = await createApiWorld({ reading });
  const body = {
    userName: 'ben',
    privileges: ['login'],
    password: 'a long password',
    emailAddresses: ['ben@example.org'],
  };
  await api.call('POST', '/users', { token: api.admin, body: { ...body, createMailbox: true } });
  owner = await api.signIn('ben', 'a long password');
  const { json } = await api.call('GET', '/mailboxes', { token: owner });
  mailboxId = String(json.items?.[0]?.mailboxId);
  const profile = await api.call('POST', '/profiles', {
    token: api.admin,
    body: { ...PROFILE, target: { mailboxId } },
  });
  const profileId = String(profile.json.profileId);
  for (const day of ['2026-01-12', '2026-02-12']) {
    const receivedAt = `${day}T12:00:00.000Z`;
    const listed = { ...FACTS, receivedAt, subject: `of ${day}`, profileId };
    const key = { pk: missingPartition(mailboxId), sk: `${receivedAt}#missing-${day}` };
    await api.ports.tables.put('activity', { ...key, version: 1, data: listed });
  }
  const job = { jobId: 'job-1', startedAt: '2026-03-01T00:00:00.000Z' };
  await noteSync(api.ports, { profileId, account: 'anna', mailboxId, job, outcome: 'succeeded', ambiguous: 0 });
});

const FACTS = {
  folders: ['INBOX'],
  from: { address: 'dora@example.org' },
  sizeBytes: 500,
  firstSeenAt: '2026-03-01T00:00:00.000Z',
  account: 'anna',
};

/** Asks for a report, and has it made. */
async function report(token: string, body: object = {}): Promise<string> {
  const base = `/mailboxes/${mailboxId}/completeness-reports`;
  const { json, status } = await api.call('POST', base, { token, body });
  expect(status).toBe(202);
  await runJob(
    { ...createMemoryPorts('unused'), ...api.ports },
    { directory: bookDirectory(api.configuration) },
    String(json.jobId),
  );
  return `${base}/${json.jobId}`;
}

describe('a completeness report', () => {
  test('is for administrators and for whose own mailbox it is', async () => {
    for (const token of [api.admin, owner]) {
      const path = await report(token);
      const { json } = await api.call('GET', path, { token });
      expect(json).toMatchObject({
        state: 'finished',
        asOf: '2026-03-01T00:00:00.000Z',
        totals: { live: 2, missing: 2 },
      });
      const rows = await api.call('GET', `${path}/messages?kind=missing`, { token });
      expect(rows.json.items?.map(({ subject }) => subject)).toEqual(['of 2026-01-12', 'of 2026-02-12']);
    }
  });

  test('is not for who else may read the mailbox', async () => {
    const reader = await api.newUser('carl');
    await api.grant(mailboxId, 'carl', 'read');
    const path = await report(owner);
    for (const [method, of] of [
      ['POST', path.slice(0, path.lastIndexOf('/'))],
      ['GET', path],
      ['GET', `${path}/messages`],
    ] as const) {
      expect((await api.call(method, of, { token: reader, ...(method === 'POST' ? { body: {} } : {}) })).status).toBe(
        403,
      );
    }
  });

  test('is for auditors of their period, and tells them of no other', async () => {
    const scope = { from: '2026-02-01T00:00:00.000Z' };
    const { json } = await api.call('POST', '/auditors', {
      token: api.admin,
      body: { expiresAt: '2030-01-01', scope },
    });
    const auditor = await api.signIn(String(json.userName), String(json.password));
    const ofAll = await report(owner);
    expect((await api.call('GET', ofAll, { token: auditor })).status).toBe(404);
    const own = await report(auditor);
    expect((await api.call('GET', own, { token: auditor })).json).toMatchObject({
      from: scope.from,
      totals: { missing: 1 },
    });
  });

  test('has no subjects for whom they are hidden', async () => {
    await api.call('PUT', '/compliance', { token: api.admin, body: { hideSubjects: true } });
    const path = await report(api.admin);
    const { json } = await api.call('GET', `${path}/messages`, { token: api.admin });
    expect(json.items?.map(({ subject }) => subject)).toEqual(['', '']);
    const { bytes } = await api.call('GET', `${path}/messages?format=csv`, { token: api.admin });
    expect(bytes.toString()).not.toContain('of 2026');
  });

  test('is read page by page, and as a file in parts', async () => {
    const path = await report(owner);
    const first = await api.call('GET', `${path}/messages?limit=1`, { token: owner });
    const next = encodeURIComponent(String(first.json.cursor));
    const second = await api.call('GET', `${path}/messages?limit=1&cursor=${next}`, { token: owner });
    expect([...(first.json.items ?? []), ...(second.json.items ?? [])]).toHaveLength(2);
    expect(second.json.cursor).toBeUndefined();
    const file = await api.call('GET', `${path}/messages?format=csv&limit=1`, { token: owner });
    expect(file.headers['content-type']).toMatch(/^text\/csv/);
    expect(file.headers['letterlock-cursor']).toBeDefined();
  });

  test('is not found under another mailbox', async () => {
    const other = await api.newMailbox('other');
    const path = (await report(api.admin)).replace(mailboxId, other);
    expect((await api.call('GET', path, { token: api.admin })).status).toBe(404);
  });
});

test('a run that archives what is missing is none of an archiving profile', async () => {
  const { kind: _kind, ...rest } = PROFILE;
  for (const [body, status] of [
    [PROFILE, 202],
    [rest, 400],
  ] as const) {
    const made = await api.call('POST', '/profiles', { token: api.admin, body: { ...body, target: { mailboxId } } });
    const path = `/profiles/${made.json.profileId}/jobs`;
    expect((await api.call('POST', path, { token: api.admin, body: { archiveMissing: true } })).status).toBe(status);
  }
});

test('a run of one mailbox is for profiles of several', async () => {
  const made = await api.call('POST', '/profiles', { token: api.admin, body: { ...PROFILE, target: { mailboxId } } });
  const path = `/profiles/${made.json.profileId}/jobs`;
  expect((await api.call('POST', path, { token: api.admin, body: { mailboxId } })).status).toBe(400);
});

test('a profile shows what it was given, and keeps to its kind', async () => {
  const made = await api.call('POST', '/profiles', { token: api.admin, body: { ...PROFILE, target: { mailboxId } } });
  const path = `/profiles/${made.json.profileId}`;
  const rules = { mirrorTrash: false, conflicts: 'live', archiveMissing: false, removeEmptyFolders: false };
  expect((await api.call('GET', path, { token: api.admin })).json).toMatchObject({ kind: 'folder-sync', ...rules });
  const change = async (body: object) => (await api.call('PATCH', path, { token: api.admin, body })).status;
  expect(await change({ conflicts: 'archive' })).toBe(200);
  expect(await change({ filter: { unread: false } })).toBe(400);
  const pop3 = { ...PROFILE, server: { host: 'mail.example.org', protocol: 'pop3' }, target: { mailboxId } };
  expect((await api.call('POST', '/profiles', { token: api.admin, body: pop3 })).status).toBe(400);
  const multidrop = { ...PROFILE, target: { multidrop: {} } };
  expect((await api.call('POST', '/profiles', { token: api.admin, body: multidrop })).status).toBe(400);
});

test('figures for monitoring say what the last runs found missing', async () => {
  const { json } = await api.call('GET', '/completeness', { token: api.admin });
  expect(json.items).toMatchObject([{ mailboxId, missing: 2, gone: 0, outcome: 'succeeded' }]);
  expect(await completenessMetrics(api.ports)).toMatch(/^letterlock_missing_messages\{profile="pf-[^"]+"\} 2$/m);
});

test('a file is what a spreadsheet shows and does not run', () => {
  const row: CompletenessRow = {
    kind: 'missing',
    ...FACTS,
    receivedAt: '2026-01-12T12:00:00.000Z',
    from: { name: '=cmd()', address: 'ben@example.org' },
    subject: 'say "hello"',
    folders: ['INBOX', 'Projects, old'],
  };
  const [title, line] = exportRows([row]).split('\r\n');
  expect(title).toMatch(/^"kind","receivedAt","date","fromName"/);
  const cells = ['missing', row.receivedAt, '', "'=cmd()", 'ben@example.org', 'say ""hello""', '500'];
  const more = ['INBOX\nProjects, old', 'anna', FACTS.firstSeenAt, '', '', ''];
  expect(line).toBe([...cells, ...more].map((cell) => `"${cell}"`).join(','));
});
