import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { type FakeRoutes, startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

let directory: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(directory, { recursive: true });
});

async function call(args: string[], routes: FakeRoutes) {
  const api = await startFakeApi(routes);
  closing.push(api.close);
  const fake = fakeTerminal({ columns: 200 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(args, environment, fake.terminal);
  return { exitCode, seen: api.seen, ...fake };
}

const auditor = {
  userName: 'auditor-20260301-120000',
  scope: { mailboxIds: ['mb-1'], from: '2026-01-01T00:00:00.000Z' },
  expiresAt: '2026-12-31T00:00:00.000Z',
  expired: false,
  createdBy: 'admin',
};

describe('auditors', () => {
  test('lists until when each reads what', async () => {
    const items = [auditor, { ...auditor, userName: 'auditor-2', scope: {}, expired: true }];
    const { out, exitCode } = await call(['auditors'], { 'GET /auditors': { json: { items } } });
    const [, first, second] = out().split('\n');
    expect(exitCode).toBe(0);
    expect(first).toMatch(/auditor-20260301-120000 +2026-12-31 00:00 +admin +mb-1 from 2026-01-01 00:00/);
    expect(second).toMatch(/auditor-2 +over +admin +everything/);
  });

  test('create asks for the scope and shows the password', async () => {
    const mailbox = { mailboxId: 'mb-1', name: 'Anna', primaryAddress: 'anna@example.org', secondaryAddresses: [] };
    const { out, seen } = await call(
      [
        'auditors',
        'create',
        '--until',
        '2026-12-31',
        '--mailbox',
        'anna@example.org',
        '--from',
        '2026-01-01',
        '--export',
      ],
      {
        'GET /mailboxes': { json: { items: [mailbox] } },
        'POST /auditors': { status: 201, json: { ...auditor, password: 'abc123' } },
      },
    );
    expect(seen.at(-1)?.body).toEqual({
      scope: { mailboxIds: ['mb-1'], from: '2026-01-01' },
      expiresAt: '2026-12-31',
      mayExport: true,
    });
    expect(out()).toContain('created auditor-20260301-120000\npassword, shown this once: abc123');
  });

  test('create says where it waits', async () => {
    const answer = { status: 202, json: { approvalId: 'approval-1' } };
    const { out } = await call(['auditors', 'create', '--until', '2026-12-31'], { 'POST /auditors': answer });
    expect(out()).toContain('waits for a second administrator: approval-1');
  });

  test('end deletes the auditor by name', async () => {
    const { seen, exitCode } = await call(['auditors', 'end', 'auditor-1'], {
      'DELETE /auditors/auditor-1': { status: 204 },
    });
    expect([exitCode, seen.at(-1)?.method, seen.at(-1)?.path]).toEqual([0, 'DELETE', '/auditors/auditor-1']);
  });

  test.each([[['create']], [['create', 'name', '--until', 'x']], [['end']], [['remove', 'x']]])(
    '%j is wrong usage',
    async (words) => {
      expect((await call(['auditors', ...words], {})).exitCode).toBe(2);
    },
  );
});

const approval = {
  approvalId: 'approval-1',
  action: 'grantAccess',
  request: {
    method: 'PUT',
    path: '/mailboxes/{mailboxId}/access/{principal}',
    params: { mailboxId: 'mb-1', principal: 'admin \x1b[2J' },
    body: { privileges: ['read'] },
  },
  requestedBy: 'admin',
  expiresAt: '2026-03-08T12:00:00.000Z',
  state: 'pending',
};

describe('approvals', () => {
  test('lists what waits, and any other state on demand', async () => {
    const routes = { 'GET /approvals': { json: { items: [approval] } } };
    const { out, seen } = await call(['approvals'], routes);
    expect(out()).toMatch(/grantAccess +admin +2026-03-08 12:00 +pending +\/mailboxes\/mb-1\/access\/admin/);
    expect(out()).not.toContain('\x1b');
    expect(seen[0]?.path).toContain('state=pending');
    expect((await call(['approvals', '--state', 'any'], routes)).seen[0]?.path).not.toContain('state');
  });

  test('show tells what would be done', async () => {
    const { out } = await call(['approvals', 'show', 'approval-1'], {
      'GET /approvals/approval-1': { json: approval },
    });
    expect(out()).toMatch(/grantAccess, asked for by admin\npending; .*\nPUT \/mailboxes\/mb-1\/access\/admin/);
    expect(out()).toContain('"read"');
  });

  test('show tells what it is about by its name, and how that is now', async () => {
    const subject = { name: 'Books', before: { maximum: { years: 3 } } };
    const { out } = await call(['approvals', 'show', 'approval-1'], {
      'GET /approvals/approval-1': { json: { ...approval, subject } },
    });
    expect(out()).toMatch(/\nabout: Books\n/);
    expect(out()).toMatch(/is now:\n\{\n {2}"maximum": \{\n {4}"years": 3/);
  });

  test.each([
    { verb: 'approve', state: 'executed' },
    { verb: 'reject', state: 'rejected' },
  ])('$verb decides', async ({ verb, state }) => {
    const { out, seen } = await call(['approvals', verb, 'approval-1'], {
      [`POST /approvals/approval-1/${verb}`]: { json: { ...approval, state, result: { password: 'abc123' } } },
    });
    expect(seen[0]?.path).toBe(`/approvals/approval-1/${verb}`);
    expect(out()).toContain(`approval-1 is ${state}`);
    expect(out()).toContain('abc123');
  });

  test('a refusal ends with 5', async () => {
    const refusal = {
      status: 403,
      json: { error: { code: 'forbidden', message: 'nobody approves their own request' } },
    };
    const { exitCode, notes } = await call(['approvals', 'approve', 'approval-1'], {
      'POST /approvals/approval-1/approve': refusal,
    });
    expect([exitCode, notes]).toEqual([5, ['letterlock: nobody approves their own request']]);
  });
});

test('mailboxes grant says where it waits for a second administrator', async () => {
  const mailbox = { mailboxId: 'mb-1', name: 'Anna', secondaryAddresses: [] };
  const { out } = await call(['mailboxes', 'grant', 'mb-1', 'admin'], {
    'GET /mailboxes': { json: { items: [mailbox] } },
    'PUT /mailboxes/mb-1/access/admin': { status: 202, json: { approvalId: 'approval-1' } },
  });
  expect(out()).toContain('waits for a second administrator: approval-1');
});
