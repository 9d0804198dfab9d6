import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, createApiWorld, type Json } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

let api: ApiWorld;
let mailboxId: string;

beforeEach(async () => {
  api = await createApiWorld();
  mailboxId = await api.newMailbox('ann');
  api.mail.filings.push({ mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' });
});

const call = (method: string, path: string, token: string, body?: unknown) => api.call(method, path, { token, body });
const make = async (body: object = {}) =>
  (await call('POST', '/auditors', api.admin, { expiresAt: '2030-01-01', ...body })).json;
const signInAs = ({ userName, password }: Json) => api.signIn(String(userName), String(password));
const auditor = async (body: object = {}) => await signInAs(await make(body));
const view = (token: string, more = '') => call('GET', `/messages/${ARCHIVE_ID}${more}`, token);

describe('POST /auditors', () => {
  test('names the auditor by the time and shows a password once', async () => {
    const made = await make({
      scope: { mailboxIds: [mailboxId], from: '2026-01-01', to: '2026-02-01T00:00:00+01:00' },
    });
    expect(made).toMatchObject({
      userName: 'auditor-20260301-120000',
      password: expect.stringMatching(/^[0-9a-v]{24}$/),
      scope: { mailboxIds: [mailboxId], from: '2026-01-01T00:00:00.000Z', to: '2026-01-31T23:00:00.000Z' },
      expiresAt: '2030-01-01T00:00:00.000Z',
      mayExport: false,
      expired: false,
      createdBy: 'admin',
    });
    const shown = Object.fromEntries(Object.entries(made).filter(([name]) => name !== 'password'));
    expect((await call('GET', `/auditors/${made.userName}`, api.admin)).json).toEqual(shown);
    expect((await call('GET', '/auditors', api.admin)).json.items).toEqual([shown]);
  });

  test('makes several in the same second, newest first', async () => {
    const names = [];
    for (let count = 0; count < 3; count += 1) names.push(String((await make()).userName));
    expect(names).toEqual(['auditor-20260301-120000', 'auditor-20260301-120001', 'auditor-20260301-120002']);
    const { items = [] } = (await call('GET', '/auditors', api.admin)).json;
    expect(items.map(({ userName }) => userName)).toEqual(names.toReversed());
  });

  test.each<[object, string]>([
    [{ expiresAt: '2026-03-01T12:00:00Z' }, 'expiresAt'],
    [{ expiresAt: undefined }, 'expiresAt'],
    [{ scope: { mailboxIds: ['mb-none'] } }, 'mb-none'],
    [{ scope: { mailboxIds: [] } }, 'mailboxIds'],
    [{ scope: { from: '2026-02-01', to: '2026-02-01' } }, 'scope.to'],
    [{ scope: { everything: true } }, 'everything'],
  ])('refuses %j', async (body, named) => {
    const { status, json } = await call('POST', '/auditors', api.admin, { expiresAt: '2030-01-01', ...body });
    expect([status, json.error?.code]).toEqual([400, 'invalid_request']);
    expect(json.error?.message).toContain(named);
  });

  test('is listed beside users whose names begin alike', async () => {
    await api.newUser('auditor-jane');
    await make();
    expect((await call('GET', '/auditors', api.admin)).json.items).toHaveLength(1);
    expect(await call('GET', '/auditors/auditor-jane', api.admin)).toMatchObject({ status: 404 });
    expect(await call('DELETE', '/auditors/auditor-jane', api.admin)).toMatchObject({ status: 404 });
  });
});

describe('an auditor', () => {
  test('reads everything without a grant, blind copies and the journal with it', async () => {
    api.mail.bcc = [{ address: 'blind@example.net' }];
    api.mail.raw = Buffer.from('Bcc: blind@example.net\r\n\r\nHi\r\n');
    const token = await auditor();
    expect((await call('GET', '/mailboxes', token)).json.items?.map((one) => one.mailboxId)).toEqual([mailboxId]);
    expect((await view(token)).json).toMatchObject({ text: 'Hi', bcc: [{ address: 'blind@example.net' }] });
    const raw = await view(token, '/raw');
    expect([raw.bytes.equals(api.mail.raw), raw.headers['letterlock-redacted']]).toEqual([true, undefined]);
    expect((await view(token, '/arrivals')).json.items?.[0]?.envelope?.rcptTo).toHaveLength(3);
    expect(await view(token, '/arrivals/a-1/raw')).toMatchObject({ status: 200 });
  });

  test('reads within the scope only, whatever is granted beside it', async () => {
    const other = await api.newMailbox('other');
    const made = await make({ scope: { mailboxIds: [other] } });
    const token = await signInAs(made);
    await api.grant(mailboxId, String(made.userName), 'read', 'write', 'delete');
    expect((await call('GET', '/mailboxes', token)).json.items?.map((one) => one.mailboxId)).toEqual([other]);
    expect(await view(token)).toMatchObject({ status: 404 });
    expect(await call('GET', `/mailboxes/${mailboxId}/messages`, token)).toMatchObject({ status: 404 });
    api.mail.filings.push({ mailboxId: other, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' });
    expect((await view(token)).json.filings).toEqual([{ mailboxId: other, folder: 'Inbox', basis: 'header' }]);
  });

  test.each([
    { received: '2026-02-01T00:00:00.000Z', status: 200 },
    { received: '2026-02-28T23:59:59.999Z', status: 200 },
    { received: '2026-01-31T23:59:59.999Z', status: 404 },
    { received: '2026-03-01T00:00:00.000Z', status: 404 },
  ])('of February gets $status for mail received at $received', async ({ received, status }) => {
    api.mail.filings = api.mail.filings.map((filing) => ({ ...filing, receivedAt: received }));
    const token = await auditor({ scope: { from: '2026-02-01', to: '2026-03-01' } });
    for (const more of ['', '/raw', '/attachments/0', '/arrivals'])
      expect((await view(token, more)).status).toBe(status);
  });

  test('asks lists for the period alone, and for what is restricted too', async () => {
    const scope = { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' };
    await call('GET', `/mailboxes/${mailboxId}/messages`, await auditor({ scope }));
    expect(api.mail.asked).toEqual([{ limit: 50, received: scope, seesRestricted: true }]);
  });

  test('is out at the instant of expiry, and cannot come back', async () => {
    const made = await make({ expiresAt: '2026-03-01T13:00:00Z' });
    const token = await signInAs(made);
    api.clock.advance(3_599_999);
    expect(await view(token)).toMatchObject({ status: 200 });
    api.clock.advance(1);
    expect(await view(token)).toMatchObject({ status: 401 });
    const { userName, password } = made;
    const { status, json } = await api.call('POST', '/sessions', { body: { userName, password } });
    expect([status, json.error?.code]).toEqual([401, 'unauthenticated']);
    const again = await api.signIn('admin', 'correct horse battery');
    expect((await call('GET', '/auditors', again)).json.items).toMatchObject([{ expired: true }]);
  });

  test('is out when ended, in other processes within ten seconds', async () => {
    const made = await make();
    const token = await signInAs(made);
    const { authenticate } = await import('../../../shared/usecases/identity/sessions.ts');
    const elsewhere = api.process();
    await authenticate(elsewhere.identity, token);
    expect(await call('DELETE', `/auditors/${made.userName}`, api.admin)).toMatchObject({ status: 204 });
    expect(await view(token)).toMatchObject({ status: 401 });
    api.clock.advance(10_000);
    await expect(authenticate(elsewhere.identity, token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('stays what it was made', async () => {
    const { userName } = await make();
    for (const change of [{ privileges: ['admin'] }, { password: 'another password' }, { userName: 'somebody' }]) {
      expect(await call('PATCH', `/users/${userName}`, api.admin, change)).toMatchObject({ status: 409 });
    }
  });

  test('exports only if that was granted', async () => {
    const privilegesOf = async (token: string) => (await call('GET', '/me', token)).json.privileges;
    expect(await privilegesOf(await auditor())).toEqual(['login']);
    expect(await privilegesOf(await auditor({ mayExport: true }))).toEqual(['login', 'export']);
  });
});

describe('private mail', () => {
  let ann: string;
  let own: string;
  const PRIVATE = `/messages/${ARCHIVE_ID}/private`;
  const show = async (userName: unknown, mail: object) => {
    const path = `/auditors/${userName}/private-mail`;
    return (await call('POST', path, api.admin, mail)).json.approvalId;
  };
  const approve = async (approvalId: unknown) => await call('POST', `/approvals/${approvalId}/approve`, second);
  let second: string;

  beforeEach(async () => {
    second = await api.newUser('second', ['admin']);
    const body = { userName: 'beth', privileges: ['login'], password: 'a long password' };
    const emailAddresses = ['beth@example.org'];
    const made = await call('POST', '/users', api.admin, { ...body, emailAddresses, createMailbox: true });
    own = String(made.json.mailboxId);
    ann = await api.signIn('beth', 'a long password');
    api.mail.filings.push({ mailboxId: own, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' });
    await call('PUT', '/compliance', api.admin, { privateMail: true });
  });

  test('is marked by the owner of a mailbox, while that is allowed, and unmarked at any time', async () => {
    expect((await call('PUT', PRIVATE, ann)).json).toEqual({ archiveId: ARCHIVE_ID, mailboxId: own, private: true });
    expect((await view(ann)).json.filings).toEqual([
      { mailboxId: own, folder: 'Inbox', basis: 'header', private: true },
    ]);
    await call('PUT', '/compliance', api.admin, { privateMail: false });
    expect(await call('PUT', PRIVATE, ann)).toMatchObject({ status: 403 });
    expect(await view(await auditor(), '/raw')).toMatchObject({ status: 403 });
    expect(await call('DELETE', PRIVATE, ann)).toMatchObject({ status: 204 });
    expect(await view(await auditor(), '/raw')).toMatchObject({ status: 200 });
  });

  test('is not marked by other readers of the mailbox', async () => {
    const reader = await api.newUser('reader');
    await api.grant(own, 'reader', 'read', 'write');
    expect(await call('PUT', PRIVATE, reader)).toMatchObject({ status: 403 });
  });

  test('shows auditors a summary, by whichever mailbox they come', async () => {
    await call('PUT', PRIVATE, ann);
    for (const token of [await auditor(), await auditor({ scope: { mailboxIds: [mailboxId] } })]) {
      const { json } = await view(token);
      expect(json).toMatchObject({ contentBlocked: true, subject: 'Hello', filings: [] });
      expect('text' in json).toBe(false);
      for (const more of ['/raw', '/attachments/0', '/arrivals', '/arrivals/a-1/raw']) {
        expect(await view(token, more)).toMatchObject({ status: 403, json: { error: { code: 'content_blocked' } } });
      }
    }
  });

  test('stays private once it was removed from the mailbox', async () => {
    await call('PUT', PRIVATE, ann);
    api.mail.filings = api.mail.filings.map((filing) => (filing.isPrivate ? { ...filing, isRemoved: true } : filing));
    expect(await view(await auditor(), '/raw')).toMatchObject({ status: 403 });
    expect(await view(ann)).toMatchObject({ status: 404 });
  });

  test('shows administrators nothing either while blockPreview is off, readers with a grant all', async () => {
    await call('PUT', PRIVATE, ann);
    await call('PUT', '/compliance', api.admin, { blockPreview: false });
    expect((await view(api.admin)).json.contentBlocked).toBe(true);
    expect((await view(api.admin, '/arrivals')).json.items?.[0]?.envelope?.rcptTo).toHaveLength(1);
    await api.grant(mailboxId, 'admin', 'read');
    expect((await view(api.admin)).json.text).toBe('Hi');
  });

  test.each([
    { what: 'a message', mail: () => ({ archiveId: ARCHIVE_ID }) },
    { what: 'a mailbox', mail: () => ({ mailboxId: own }) },
  ])('is shown to one auditor by an approval of $what, which its owner is told of', async ({ mail }) => {
    await call('PUT', PRIVATE, ann);
    const made = await make();
    const token = await signInAs(made);
    const approvalId = await show(made.userName, mail());
    expect(await view(token, '/raw')).toMatchObject({ status: 403 });
    expect(await call('POST', `/approvals/${approvalId}/approve`, api.admin)).toMatchObject({ status: 403 });
    expect(await approve(approvalId)).toMatchObject({ status: 200, json: { result: { userName: made.userName } } });
    expect(await view(token, '/raw')).toMatchObject({ status: 200 });
    expect(await view(await auditor(), '/raw')).toMatchObject({ status: 403 });
    const notices = (await call('GET', '/me/notices', ann)).json.items ?? [];
    const shown = notices.filter(({ action }) => action === 'showPrivateMail');
    expect(shown).toMatchObject([{ auditor: made.userName, approvedBy: 'second', ...mail() }]);
  });

  test('of two people takes the approval of both mailboxes, or of the message', async () => {
    await call('PUT', PRIVATE, ann);
    api.mail.filings = api.mail.filings.map((filing) => ({ ...filing, isPrivate: true }));
    const made = await make();
    const token = await signInAs(made);
    await approve(await show(made.userName, { mailboxId: own }));
    expect(await view(token, '/raw')).toMatchObject({ status: 403 });
    await approve(await show(made.userName, { mailboxId }));
    expect(await view(token, '/raw')).toMatchObject({ status: 200 });
  });

  test('is not shown before it is private, nor to somebody who is no auditor', async () => {
    const { userName } = await make();
    const path = `/auditors/${userName}/private-mail`;
    expect(await call('POST', path, api.admin, { archiveId: ARCHIVE_ID })).toMatchObject({ status: 409 });
    expect(await call('POST', path, api.admin, { archiveId: ARCHIVE_ID, mailboxId: own })).toMatchObject({
      status: 400,
    });
    expect(await call('POST', '/auditors/beth/private-mail', api.admin, { mailboxId: own })).toMatchObject({
      status: 404,
    });
  });
});
