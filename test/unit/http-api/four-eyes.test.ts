import { beforeEach, describe, expect, test } from 'vitest';
import { StorageError } from '../../../shared/errors.ts';
import { type ApiAnswer, type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;
let second: string;
let mailboxId: string;

beforeEach(async () => {
  api = await createApiWorld();
  second = await api.newUser('second', ['admin']);
  mailboxId = await ownMailboxOf('ann');
  await put('/compliance', { fourEyes: true });
  api.clock.advance(1_000);
});

const call = (method: string, path: string, body?: unknown, token = api.admin) =>
  api.call(method, path, { token, body });
const put = (path: string, body: unknown, token = api.admin) => call('PUT', path, body, token);
const grantSelf = (token = api.admin, userName = 'admin') =>
  put(`/mailboxes/${mailboxId}/access/${userName}`, { privileges: ['read'] }, token);
const decide = (approvalId: unknown, token = second, verb = 'approve') =>
  call('POST', `/approvals/${approvalId}/${verb}`, undefined, token);
const stateOf = async (approvalId: unknown) => (await call('GET', `/approvals/${approvalId}`)).json.state;
const access = async () =>
  (await call('GET', `/mailboxes/${mailboxId}/access`)).json.items?.map((one) => one.principal);
const noticesOf = async (token: string) => (await call('GET', '/me/notices', undefined, token)).json.items ?? [];

/** A user with a mailbox of their own. */
async function ownMailboxOf(userName: string): Promise<string> {
  const emailAddresses = [`${userName}@example.org`];
  const body = { userName, privileges: ['login'], password: 'a long password', emailAddresses, createMailbox: true };
  return String((await call('POST', '/users', body)).json.mailboxId);
}

describe('a second administrator is needed', () => {
  const asks: { name: string; ask: () => Promise<ApiAnswer>; action: string }[] = [
    { name: 'to grant oneself access', action: 'grantAccess', ask: () => grantSelf() },
    {
      name: 'to join a group that has access',
      action: 'grantAccess',
      ask: async () => {
        await call('POST', '/groups', { groupName: 'team' });
        await put(`/mailboxes/${mailboxId}/access/team`, { privileges: ['read'] });
        return await put('/groups/team/members/admin', undefined);
      },
    },
    {
      name: 'to grant a group that one is in access',
      action: 'grantAccess',
      ask: async () => {
        await call('POST', '/groups', { groupName: 'team', members: ['admin'] });
        return await put(`/mailboxes/${mailboxId}/access/team`, { privileges: ['read'] });
      },
    },
    {
      name: 'to delete what is in quarantine',
      action: 'deleteMail',
      ask: () => call('DELETE', '/quarantine/q-1'),
    },
    {
      name: 'to make an auditor',
      action: 'createAuditor',
      ask: () => call('POST', '/auditors', { expiresAt: '2030-01-01' }),
    },
    {
      name: 'to reset a password',
      action: 'resetPassword',
      ask: () => call('PATCH', '/users/ann', { password: 'another password' }),
    },
    { name: 'to reset a second factor', action: 'resetSecondFactor', ask: () => call('DELETE', '/users/ann/otp') },
    {
      name: 'to map an address to another mailbox',
      action: 'mapAddress',
      ask: async () => {
        await call('PATCH', `/mailboxes/${mailboxId}`, { primaryAddress: 'a.new@example.org' });
        return await call('POST', '/mailboxes', { name: 'mine', primaryAddress: 'Ann+news@example.org' });
      },
    },
    {
      name: 'to make a further administrator',
      action: 'makeAdministrator',
      ask: () => call('POST', '/users', { userName: 'puppet', privileges: ['admin'], password: 'a long password' }),
    },
    {
      name: 'to promote somebody',
      action: 'makeAdministrator',
      ask: () => call('PATCH', '/users/ann', { privileges: ['admin'] }),
    },
    { name: 'to switch fourEyes off', action: 'loosenCompliance', ask: () => put('/compliance', { fourEyes: false }) },
    {
      name: 'to switch blockPreview off',
      action: 'loosenCompliance',
      ask: () => put('/compliance', { blockPreview: false }),
    },
  ];

  test.each(asks)('$name', async ({ ask, action }) => {
    const { status, json } = await ask();
    expect([status, Object.keys(json)]).toEqual([202, ['approvalId']]);
    const listed = (await call('GET', '/approvals?state=pending')).json.items ?? [];
    expect(listed.map((one) => [one.approvalId, one.action, one.requestedBy, one.state])).toEqual([
      [json.approvalId, action, 'admin', 'pending'],
    ]);
    expect(await decide(json.approvalId)).toMatchObject({
      status: 200,
      json: { state: 'executed', decidedBy: 'second' },
    });
  });

  test('not for what takes access away, gives others access, or is one’s own', async () => {
    await call('POST', '/users', { userName: 'bob', privileges: ['login'] });
    expect(await put(`/mailboxes/${mailboxId}/access/bob`, { privileges: ['read'] })).toMatchObject({ status: 200 });
    expect(await put(`/mailboxes/${mailboxId}/access/bob`, { privileges: [] })).toMatchObject({ status: 200 });
    expect(await put(`/mailboxes/${mailboxId}/access/admin`, { privileges: [] })).toMatchObject({ status: 200 });
    expect(await call('PATCH', '/users/bob', { fullName: 'Bob' })).toMatchObject({ status: 200 });
    expect(await put('/compliance', { hideSubjects: true })).toMatchObject({ status: 200 });
  });

  test('not where there is none yet to be asked', async () => {
    await call('PATCH', '/users/second', { disabled: true });
    const body = { userName: 'third', privileges: ['admin'], password: 'a long password' };
    expect(await call('POST', '/users', body)).toMatchObject({ status: 201 });
  });

  test('not while fourEyes is off', async () => {
    await decide((await put('/compliance', { fourEyes: false })).json.approvalId);
    expect(await grantSelf()).toMatchObject({ status: 200 });
  });
});

describe('until it is approved', () => {
  test('nothing happens, then exactly what was asked for', async () => {
    const { approvalId } = (await grantSelf()).json;
    expect(await access()).toEqual(['ann']);
    expect((await decide(approvalId)).json.result).toMatchObject({ principal: 'admin', privileges: ['read'] });
    expect(await access()).toEqual(['ann', 'admin']);
  });

  test('a new password is nowhere in clear, and works afterwards', async () => {
    const password = 'purple monkey dishwasher';
    const { approvalId } = (await call('PATCH', '/users/ann', { password })).json;
    const stored = JSON.stringify([api.logged, (await api.ports.tables.scan('activity', { limit: 1_000 })).items]);
    expect(stored).toContain(String(approvalId));
    expect(stored).not.toContain(password);
    expect((await call('GET', `/approvals/${approvalId}`)).json.request).toEqual({
      method: 'PATCH',
      path: '/users/{userName}',
      params: { userName: 'ann' },
      body: { password: '(hidden)' },
    });
    expect(await api.signIn('ann', 'a long password')).not.toBe('undefined');
    await decide(approvalId);
    expect(await api.signIn('ann', password)).not.toBe('undefined');
    const left = await api.ports.tables.get('activity', { pk: `approval-body#${approvalId}`, sk: '-' });
    expect(left).toBeUndefined();
  });
});

test('a request whose secrets are gone is not made without them', async () => {
  const { approvalId } = (await call('PATCH', '/users/ann', { password: 'another password' })).json;
  // As after the tables were rebuilt from the log, where secrets never go.
  await api.ports.tables.deleteIfVersion('activity', { pk: `approval-body#${approvalId}`, sk: '-' }, 1);
  expect(await decide(approvalId)).toMatchObject({ status: 409 });
  expect(await api.signIn('ann', 'a long password')).not.toBe('undefined');
});

describe('nobody approves', () => {
  test('their own request', async () => {
    const { approvalId } = (await grantSelf()).json;
    const again = await api.signIn('admin', 'correct horse battery');
    for (const token of [api.admin, again]) expect(await decide(approvalId, token)).toMatchObject({ status: 403 });
    expect(await stateOf(approvalId)).toBe('pending');
  });

  test('their own request under another name', async () => {
    const { approvalId } = (await grantSelf(second, 'second')).json;
    await call('PATCH', '/users/second', { userName: 'somebody else' });
    const renamed = await api.signIn('somebody else', 'a long password');
    expect(await decide(approvalId, renamed)).toMatchObject({ status: 403 });
  });

  test('once disabled, deleted or no administrator any more, even where that is not known everywhere yet', async () => {
    const { approvalId } = (await grantSelf()).json;
    const elsewhere = api.process();
    const { changeUser } = await import('../../../shared/usecases/identity/change-user.ts');
    expect(await call('GET', '/approvals', undefined, second)).toMatchObject({ status: 200 });
    await changeUser(elsewhere.identity, 'second', { privileges: ['login'] });
    expect(await decide(approvalId)).toMatchObject({ status: 403 });
    await changeUser(elsewhere.identity, 'second', { privileges: ['admin'], disabled: true });
    expect((await decide(approvalId)).status).toBeGreaterThanOrEqual(401);
    expect(await access()).toEqual(['ann']);
  });

  test('what has expired', async () => {
    await put('/compliance', { approvalDays: 2 });
    const { approvalId } = (await grantSelf()).json;
    api.clock.advance(2 * 86_400_000);
    const [admin, other] = [
      await api.signIn('admin', 'correct horse battery'),
      await api.signIn('second', 'a long password'),
    ];
    expect(await decide(approvalId, other)).toMatchObject({ status: 409 });
    expect(await decide(approvalId, other, 'reject')).toMatchObject({ status: 409 });
    expect((await call('GET', '/approvals?state=expired', undefined, admin)).json.items).toHaveLength(1);
  });

  test('what was rejected or withdrawn', async () => {
    const first = (await grantSelf()).json.approvalId;
    expect(await decide(first, second, 'reject')).toMatchObject({ status: 200, json: { state: 'rejected' } });
    expect(await decide(first, second, 'reject')).toMatchObject({ status: 200 });
    expect(await decide(first)).toMatchObject({ status: 409 });
    const other = (await grantSelf()).json.approvalId;
    expect(await decide(other, api.admin, 'reject')).toMatchObject({ status: 200, json: { decidedBy: 'admin' } });
    expect(await decide(other)).toMatchObject({ status: 409 });
    expect(await access()).toEqual(['ann']);
  });
});

describe('an approval executes once', () => {
  test('where two approve at the same time', async () => {
    await decide((await call('PATCH', '/users/ann', { privileges: ['admin'] })).json.approvalId);
    const ann = await api.signIn('ann', 'a long password');
    const { approvalId } = (await call('POST', '/auditors', { expiresAt: '2030-01-01' })).json;
    const answers = await Promise.all([
      decide(approvalId, second),
      decide(approvalId, ann),
      decide(approvalId, second),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect((await call('GET', '/auditors')).json.items).toHaveLength(1);
  });

  test('where it is approved again', async () => {
    const { approvalId } = (await call('POST', '/auditors', { expiresAt: '2030-01-01' })).json;
    const first = await decide(approvalId);
    expect(first.json.result?.password).toMatch(/^[0-9a-v]{24}$/);
    const again = await decide(approvalId);
    expect([again.status, again.json.state, 'result' in again.json]).toEqual([200, 'executed', false]);
    expect((await call('GET', '/auditors')).json.items).toHaveLength(1);
  });

  test('where the process died before it could say so', async () => {
    const { approvalId } = (await call('POST', '/auditors', { expiresAt: '2030-01-01' })).json;
    const { putIfVersion } = api.ports.tables;
    // From the execution on nothing about the approval is written any more.
    let writes = 0;
    api.ports.tables.putIfVersion = async (table, item, expected) => {
      if (item.sk === approvalId && JSON.stringify(item.data).includes('"executed"')) {
        writes += 1;
        throw new StorageError('put');
      }
      if (item.sk === approvalId && writes > 0) throw new StorageError('put');
      return await putIfVersion.call(api.ports.tables, table, item, expected);
    };
    expect(await decide(approvalId)).toMatchObject({ status: 503 });
    api.ports.tables.putIfVersion = putIfVersion;
    expect(await decide(approvalId)).toMatchObject({ status: 409 });
    api.clock.advance(60_000);
    const { json } = await decide(approvalId);
    expect(json.state).toBe('executed');
    expect((await call('GET', '/auditors')).json.items).toHaveLength(1);
    const made = [json.result?.userName, json.result?.password] as const;
    expect(await api.signIn(String(made[0]), String(made[1]))).not.toBe('undefined');
  });
});

describe('what changed meanwhile is asked again', () => {
  test('whoever asked is no administrator any more', async () => {
    await decide((await call('PATCH', '/users/ann', { privileges: ['admin'] })).json.approvalId);
    const { approvalId } = (await grantSelf(second, 'second')).json;
    await call('PATCH', '/users/second', { privileges: ['login'] });
    const ann = await api.signIn('ann', 'a long password');
    expect(await decide(approvalId, ann)).toMatchObject({ status: 409 });
    expect(await stateOf(approvalId)).toBe('failed');
  });

  test('somebody else has the name', async () => {
    const { approvalId } = (await call('PATCH', '/users/ann', { password: 'another password' })).json;
    await call('DELETE', '/users/ann');
    await call('POST', '/users', { userName: 'ann', privileges: ['login'], password: 'a successor’s' });
    expect(await decide(approvalId)).toMatchObject({ status: 409 });
    expect((await call('GET', `/approvals/${approvalId}`)).json).toMatchObject({
      state: 'failed',
      failure: 'conflict',
    });
    expect(await api.signIn('ann', 'a successor’s')).not.toBe('undefined');
  });

  test('the mailbox is gone', async () => {
    const other = await api.newMailbox('other');
    const { approvalId } = (await put(`/mailboxes/${other}/access/admin`, { privileges: ['read'] })).json;
    await call('DELETE', `/mailboxes/${other}`);
    expect(await decide(approvalId)).toMatchObject({ status: 404 });
    expect(await stateOf(approvalId)).toBe('failed');
  });

  test('storage that fails leaves it to be approved again', async () => {
    const { approvalId } = (await grantSelf()).json;
    const { putIfAbsent } = api.ports.tables;
    api.ports.tables.putIfAbsent = () => Promise.reject(new StorageError('put'));
    expect(await decide(approvalId)).toMatchObject({ status: 503 });
    api.ports.tables.putIfAbsent = putIfAbsent;
    expect(await stateOf(approvalId)).toBe('pending');
    expect(await decide(approvalId)).toMatchObject({ status: 200 });
  });
});

describe('people concerned are told', () => {
  test('of a password that was reset, with four eyes or without', async () => {
    await decide((await call('PATCH', '/users/ann', { password: 'another password' })).json.approvalId);
    await decide((await put('/compliance', { fourEyes: false })).json.approvalId);
    await call('PATCH', '/users/ann', { password: 'a third password' });
    const notices = await noticesOf(await api.signIn('ann', 'a third password'));
    expect(notices.map(({ action, by, approvedBy }) => [action, by, approvedBy])).toEqual([
      ['resetPassword', 'admin', undefined],
      ['resetPassword', 'admin', 'second'],
    ]);
  });

  test('of access to their mailbox, and of nothing that was only asked for', async () => {
    const ann = await api.signIn('ann', 'a long password');
    const { approvalId } = (await grantSelf()).json;
    expect(await noticesOf(ann)).toEqual([]);
    await decide(approvalId);
    expect(await noticesOf(ann)).toMatchObject([
      { action: 'grantAccess', by: 'admin', approvedBy: 'second', mailboxId },
    ]);
    expect(await noticesOf(second)).toEqual([]);
  });

  test('also where their own access was taken away before', async () => {
    await call('DELETE', `/mailboxes/${mailboxId}/access/ann`);
    await decide((await grantSelf()).json.approvalId);
    expect(await noticesOf(await api.signIn('ann', 'a long password'))).toHaveLength(1);
  });

  test('of an address of theirs that another mailbox gets', async () => {
    await call('PATCH', `/mailboxes/${mailboxId}`, { primaryAddress: 'a.new@example.org' });
    const { approvalId } = (await call('POST', '/mailboxes', { name: 'x', primaryAddress: 'ann@example.org' })).json;
    await decide(approvalId);
    const notices = await noticesOf(await api.signIn('ann', 'a long password'));
    expect(notices).toMatchObject([{ action: 'mapAddress', address: 'ann@example.org' }]);
  });

  test('all of an auditor of everything, each marking it read for themselves', async () => {
    await decide((await call('POST', '/auditors', { expiresAt: '2030-01-01' })).json.approvalId);
    const ann = await api.signIn('ann', 'a long password');
    const [notice] = await noticesOf(ann);
    expect(notice).toMatchObject({ action: 'createAuditor', by: 'admin' });
    const path = `/me/notices/${notice?.noticeId}/read`;
    expect((await call('POST', path, undefined, ann)).json.readAt).toBeDefined();
    expect(await call('POST', path, undefined, ann)).toMatchObject({ status: 200 });
    expect((await noticesOf(ann)).map((one) => 'readAt' in one)).toEqual([true]);
    expect((await noticesOf(second)).map((one) => 'readAt' in one)).toEqual([false]);
  });

  test('not of what was before their time, nor by the notices of a predecessor of the same name', async () => {
    await decide((await put('/compliance', { blockPreview: false })).json.approvalId);
    await decide((await call('PATCH', '/users/ann', { password: 'another password' })).json.approvalId);
    await call('DELETE', '/users/ann');
    api.clock.advance(1_000);
    const ann = await api.newUser('ann');
    expect(await noticesOf(ann)).toEqual([]);
  });

  test('page by page', async () => {
    await decide((await put('/compliance', { fourEyes: false })).json.approvalId);
    for (let count = 0; count < 5; count += 1) {
      api.clock.advance(1_000);
      await call('PATCH', '/users/ann', { password: `password number ${count}` });
      if (count % 2 === 0) await call('POST', '/auditors', { expiresAt: '2030-01-01' });
    }
    const ann = await api.signIn('ann', 'password number 4');
    const all = (await noticesOf(ann)).map(({ noticeId }) => noticeId);
    const paged: unknown[] = [];
    let cursor: unknown = '';
    do {
      const { json } = await call('GET', `/me/notices?limit=3&cursor=${cursor}`, undefined, ann);
      paged.push(...(json.items ?? []).map(({ noticeId }) => noticeId));
      cursor = json.cursor;
    } while (cursor);
    expect(paged).toEqual(all);
    expect(all).toHaveLength(8);
  });
});
