import { beforeEach, describe, expect, test } from 'vitest';
import { auditedRoutes, routeName } from '../../../functions/http-api/route-audits.ts';
import { allRoutes } from '../../../functions/http-api/routes/all-routes.ts';
import type { AuditEvent } from '../../../shared/domain/audit-event.ts';
import { StorageError } from '../../../shared/errors.ts';
import { listAuditEvents } from '../../../shared/usecases/audit/list-audit-events.ts';
import { verifyTrail } from '../../../shared/usecases/audit/verify-trail.ts';
import { ADMIN_PASSWORD } from '../usecases/configuration-world.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

let api: ApiWorld;

beforeEach(async () => {
  const world = await createApiWorld();
  // Events of one millisecond are in no order.
  const call: ApiWorld['call'] = async (...asked) => {
    await world.clock.advance(1);
    return await world.call(...asked);
  };
  api = { ...world, call };
});

/** The events so far, newest first. */
async function events(): Promise<readonly AuditEvent[]> {
  return (await listAuditEvents(api.ports, {}, { limit: 200 })).items;
}

async function lastEvent(): Promise<AuditEvent | undefined> {
  return (await events())[0];
}

const asAdmin = (method: string, path: string, body?: object) => api.call(method, path, { token: api.admin, body });

test('every route says what it records, or why nothing', () => {
  expect(auditedRoutes().toSorted()).toEqual(allRoutes.map(routeName).toSorted());
});

describe('signing in', () => {
  test('is recorded with who and from where', async () => {
    expect(await lastEvent()).toMatchObject({
      action: 'signIn.begin',
      actor: { userName: 'admin' },
      source: '192.0.2.1',
      object: { kind: 'user', id: 'admin' },
      outcome: 'done',
    });
  });

  test('with a wrong password is recorded, without it', async () => {
    await api.call('POST', '/sessions', { body: { userName: 'admin', password: 'hunter2 hunter2' } });
    const event = await lastEvent();
    expect(event).toMatchObject({ action: 'signIn.begin', outcome: 'denied', code: 'unauthenticated' });
    expect(JSON.stringify(event)).not.toContain('hunter2');
  });

  test('with a token that nobody was given is recorded ten times a minute, then summed up', async () => {
    for (let i = 0; i < 30; i++) await api.call('GET', '/me', { token: 'x.y.z' });
    await api.clock.advance(60_000);
    await api.call('GET', '/me', { token: 'x.y.z' });
    const refused = (await events()).filter(({ action }) => action === 'signIn.token');
    expect(refused).toHaveLength(11);
    expect(refused[0]).toMatchObject({
      outcome: 'denied',
      object: { kind: 'route', id: 'GET /me' },
      detail: { alsoBefore: 20 },
    });
  });
});

describe('a message', () => {
  beforeEach(async () => {
    const mailboxId = await api.newMailbox('m');
    await api.grant(mailboxId, 'admin', 'read');
    api.mail.filings.push({ mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' });
  });

  test.each([
    ['', 'read.view'],
    ['/raw', 'read.raw'],
    ['/attachments/0', 'read.attachment'],
    ['/arrivals', 'read.list'],
  ])('%s is recorded as %s, without its content', async (path, action) => {
    expect(await asAdmin('GET', `/messages/${ARCHIVE_ID}${path}`)).toMatchObject({ status: 200 });
    const event = await lastEvent();
    expect(event).toMatchObject({ action, object: { kind: 'message', id: ARCHIVE_ID }, outcome: 'done' });
    expect(JSON.stringify(event)).not.toMatch(/Hello|bob@|ann@|note/);
  });

  test('that somebody may not see is recorded as denied', async () => {
    const token = await api.newUser('eve');
    await api.call('GET', `/messages/${ARCHIVE_ID}/raw`, { token });
    expect(await lastEvent()).toMatchObject({ actor: { userName: 'eve' }, outcome: 'denied', code: 'not_found' });
  });

  test('is not shown while its event cannot be written, nor before the trail is whole again', async () => {
    const put = api.ports.archive.put;
    api.ports.archive.put = () => Promise.reject(new StorageError('put'));
    const refused = await asAdmin('GET', `/messages/${ARCHIVE_ID}`);
    expect(refused).toMatchObject({ status: 503, json: { error: { code: 'storage_failed' } } });
    expect(refused.bytes.toString()).not.toContain('Hello');
    const { length } = api.mail.asked;
    expect(await asAdmin('GET', `/messages/${ARCHIVE_ID}/raw`)).toMatchObject({ status: 503 });
    expect(api.mail.asked).toHaveLength(length);
    api.ports.archive.put = put;
    expect(await asAdmin('GET', `/messages/${ARCHIVE_ID}`)).toMatchObject({ status: 200 });
    expect((await events()).filter(({ action }) => action === 'read.view')).toHaveLength(2);
    expect(await verifyTrail(api.ports)).toMatchObject({ faults: 0 });
  });
});

describe('changes', () => {
  test('of settings carry what was before and what is after', async () => {
    await asAdmin('PUT', '/compliance', { blockPreview: false });
    expect(await lastEvent()).toMatchObject({
      action: 'settings.compliance',
      before: { blockPreview: true },
      after: { blockPreview: false },
    });
  });

  test('of users carry no password', async () => {
    await asAdmin('POST', '/users', { userName: 'carl', privileges: ['login'], password: 'hunter2 hunter2' });
    expect(await lastEvent()).toMatchObject({ action: 'users.create', object: { kind: 'user', id: 'carl' } });
    await asAdmin('PATCH', '/users/carl', { fullName: 'Carl', password: 'hunter3 hunter3' });
    expect(await lastEvent()).toMatchObject({ action: 'users.change', after: { fullName: 'Carl' } });
    expect(JSON.stringify(await events())).not.toMatch(/hunter/);
  });

  test('of endpoints do not tell their secret address', async () => {
    const { json } = await asAdmin('POST', '/journal-endpoints', { name: 'j' });
    const [secret = ''] = String(json.address).split('@');
    await asAdmin('POST', `/journal-endpoints/${json.endpointId}/rotate`);
    await asAdmin('DELETE', `/journal-endpoints/${json.endpointId}`);
    const told = await events();
    expect(told.map(({ action }) => action).slice(0, 3)).toEqual([
      'endpoints.delete',
      'endpoints.rotate',
      'endpoints.create',
    ]);
    expect(JSON.stringify(told)).not.toContain(secret);
  });

  test('that were refused are recorded as well', async () => {
    const token = await api.newUser('eve');
    await api.call('PUT', '/compliance', { token, body: { blockPreview: false } });
    expect(await lastEvent()).toMatchObject({ action: 'settings.compliance', outcome: 'denied', code: 'forbidden' });
    await api.call('GET', '/users', { token });
    expect(await lastEvent()).toMatchObject({ action: 'access.refused', object: { kind: 'route', id: 'GET /users' } });
  });
});

describe('categories', () => {
  test('that are switched off are not recorded, but the switching, compliance and refusals of those that are on', async () => {
    expect(await asAdmin('PUT', '/audit-settings', { off: ['settings', 'users', 'mailboxes'] })).toMatchObject({
      status: 200,
    });
    await asAdmin('POST', '/domains', { domain: 'a.example' });
    await api.newMailbox('x');
    await asAdmin('PUT', '/compliance', { blockPreview: false });
    await asAdmin('PUT', '/audit-settings', { off: [] });
    const [back, compliance, off] = await events();
    expect(back).toMatchObject({ action: 'settings.audit', after: { off: [] } });
    expect(compliance).toMatchObject({ action: 'settings.compliance' });
    expect(off).toMatchObject({ action: 'settings.audit', before: { off: [] } });
  });

  test('that do not exist are refused', async () => {
    expect(await asAdmin('PUT', '/audit-settings', { off: ['weather'] })).toMatchObject({ status: 400 });
  });
});

describe('GET /audit-events', () => {
  test('filters, and goes by pages', async () => {
    for (let i = 0; i < 5; i++)
      await api.call('POST', '/sessions', { body: { userName: 'admin', password: ADMIN_PASSWORD } });
    const page = await asAdmin('GET', '/audit-events?category=signIn&limit=4');
    expect(page.json.items).toHaveLength(4);
    const rest = await asAdmin('GET', `/audit-events?category=signIn&limit=4&cursor=${page.json.cursor}`);
    expect(rest.json.items).toHaveLength(2);
    expect(rest.json.cursor).toBeUndefined();
    expect(await asAdmin('GET', `/audit-events?limit=4&cursor=${page.json.cursor}`)).toMatchObject({ status: 400 });
    expect((await asAdmin('GET', '/audit-events?user=nobody')).json.items).toEqual([]);
    expect(await asAdmin('GET', '/audit-events?category=weather')).toMatchObject({ status: 400 });
  });

  test('gives CSV that a spreadsheet does not run', async () => {
    for (const userName of ['=cmd()', ' +1', '@x', '-1', '\t=1', '＝1', 'a"b\r\nc']) {
      await api.call('POST', '/sessions', { body: { userName, password: 'x' } });
    }
    const { headers, bytes } = await asAdmin('GET', '/audit-events?format=csv');
    expect(headers['content-type']).toContain('text/csv');
    expect(headers['content-disposition']).toContain('audit-events.csv');
    const text = bytes.toString();
    for (const cell of [`"'=cmd()"`, `"' +1"`, `"'@x"`, `"'-1"`, `"'\t=1"`, `"'＝1"`, '"a""b\r\nc"'])
      expect(text).toContain(cell);
    expect(text).not.toMatch(/(^|,)"?\s*[=+@＝-]/m);
  });

  test('gives JSON lines, by Accept as well', async () => {
    const byFormat = await asAdmin('GET', '/audit-events?format=jsonl&category=signIn');
    const lines = byFormat.bytes.toString().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).action)).toEqual(['signIn.begin']);
    const headers = { accept: 'application/x-ndjson' };
    const byAccept = await api.call('GET', '/audit-events?category=signIn', { token: api.admin, headers });
    expect(byAccept.bytes.toString()).toBe(byFormat.bytes.toString());
  });

  test('says in a header where an export goes on', async () => {
    for (let i = 0; i < 3; i++) await api.call('GET', '/me', { token: 'no-token' });
    const first = await asAdmin('GET', '/audit-events?format=jsonl&limit=2&category=signIn');
    const rest = await asAdmin(
      'GET',
      `/audit-events?format=jsonl&category=signIn&cursor=${first.headers['letterlock-cursor']}`,
    );
    expect([first, rest].map(({ bytes }) => bytes.toString().trimEnd().split('\n').length)).toEqual([2, 2]);
    expect(rest.headers).not.toHaveProperty('letterlock-cursor');
  });
});
