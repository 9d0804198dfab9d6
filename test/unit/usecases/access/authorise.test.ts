import { beforeEach, describe, expect, test } from 'vitest';
import type { MailboxPrivilege } from '../../../../shared/domain/privilege.ts';
import type { Caller } from '../../../../shared/domain/session.ts';
import { ArchiveError } from '../../../../shared/errors.ts';
import { grantAccess, revokeAccess } from '../../../../shared/usecases/access/access-grants.ts';
import {
  authorise,
  authoriseMessage,
  isKeptFrom,
  type Privilege,
} from '../../../../shared/usecases/access/authorise.ts';
import { changeCompliance } from '../../../../shared/usecases/compliance/change-compliance.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { getUser } from '../../../../shared/usecases/identity/find-users.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { createSettledWorld, type World } from '../configuration-world.ts';

let world: World;
let mailboxId: string;
let admin: Caller;
let ann: Caller;

beforeEach(async () => {
  world = await createSettledWorld();
  const { userId } = await createUser(world.identity, { userName: 'Ann', privileges: ['login'] });
  ann = { userId, userName: 'Ann', privileges: ['login'], sessionId: '2' };
  const { userId: adminId } = await getUser(world.ports, 'admin');
  admin = { userId: adminId, userName: 'admin', privileges: ['admin'], sessionId: '1' };
  ({ mailboxId } = await createMailbox(world.configuration, { name: 'M', primaryAddress: 'm@example.org' }));
});

const grant = (caller: Caller, ...privileges: MailboxPrivilege[]) =>
  grantAccess(world.configuration, { mailboxId, principal: caller.userName, privileges, grantedBy: 'admin' });

async function answerOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error instanceof ArchiveError ? error.code : error;
  }
}

const open = { contentBlocked: false };
const blocked = { contentBlocked: true };

describe('authorise on a mailbox', () => {
  test.each<{ who: 'Ann' | 'admin'; granted: MailboxPrivilege[]; expected: Partial<Record<Privilege, unknown>> }>([
    {
      who: 'Ann',
      granted: [],
      expected: { know: 'not_found', list: 'not_found', read: 'not_found', write: 'not_found' },
    },
    {
      who: 'Ann',
      granted: ['read'],
      expected: { know: open, list: open, read: open, write: 'forbidden', delete: 'forbidden' },
    },
    { who: 'Ann', granted: ['write'], expected: { know: blocked, list: 'forbidden', read: 'forbidden', write: open } },
    { who: 'Ann', granted: ['read', 'delete'], expected: { read: open, delete: open, write: 'forbidden' } },
    {
      who: 'admin',
      granted: [],
      expected: { know: blocked, list: blocked, read: 'content_blocked', write: 'forbidden', delete: 'forbidden' },
    },
    { who: 'admin', granted: ['read'], expected: { know: open, list: open, read: open, write: 'forbidden' } },
  ])('$who with $granted', async ({ who, granted, expected }) => {
    const caller = who === 'Ann' ? ann : admin;
    if (granted.length > 0) await grant(caller, ...granted);
    for (const privilege of ['know', 'list', 'read', 'write', 'delete'] as const) {
      if (!(privilege in expected)) continue;
      const answer = await answerOf(authorise(world.configuration, caller, privilege, mailboxId));
      expect([privilege, answer]).toEqual([privilege, expected[privilege]]);
    }
  });

  test('lets an administrator read where blockPreview is off, nobody else', async () => {
    await changeCompliance(world.configuration, { blockPreview: false });
    expect(await answerOf(authorise(world.configuration, admin, 'read', mailboxId))).toEqual(open);
    expect(await answerOf(authorise(world.configuration, admin, 'write', mailboxId))).toBe('forbidden');
    expect(await answerOf(authorise(world.configuration, ann, 'read', mailboxId))).toBe('not_found');
  });

  test('does not find a mailbox that is not there', async () => {
    expect(await answerOf(authorise(world.configuration, admin, 'know', 'mb-none'))).toBe('not_found');
  });

  test('forgets a grant at once here, within seconds elsewhere', async () => {
    await grant(ann, 'read');
    const elsewhere = world.process().configuration;
    await authorise(elsewhere, ann, 'read', mailboxId);
    await revokeAccess(world.configuration, mailboxId, 'ann');
    expect(await answerOf(authorise(world.configuration, ann, 'read', mailboxId))).toBe('not_found');
    world.clock.advance(2_000);
    expect(await answerOf(authorise(elsewhere, ann, 'read', mailboxId))).toBe('not_found');
  });

  test('reads nothing from the tables while its answers are fresh', async () => {
    await grant(ann, 'read');
    await authorise(world.configuration, ann, 'read', mailboxId);
    world.ports.tables.get = () => Promise.reject(new Error('read'));
    expect(await authorise(world.configuration, ann, 'read', mailboxId)).toEqual(open);
  });
});

test.each<[Caller['privileges'], Privilege, unknown]>([
  [[], 'login', 'forbidden'],
  [['login'], 'login', open],
  [['login'], 'admin', 'forbidden'],
  [['admin'], 'login', open],
  [['admin'], 'archive', open],
  [['admin'], 'export', 'forbidden'],
  [['admin'], 'delete', 'forbidden'],
  [['delete'], 'delete', open],
  [['admin'], 'read', 'forbidden'],
])('with %j, %s is %j', async (privileges, privilege, expected) => {
  expect(await answerOf(authorise(world.configuration, { ...ann, privileges }, privilege))).toEqual(expected);
});

describe('authoriseMessage', () => {
  const filings = () => [{ mailboxId: 'mb-other' }, { mailboxId }];
  const ask = (caller: Caller, of: readonly { mailboxId: string }[] = filings()) =>
    answerOf(authoriseMessage(world.configuration, caller, 'a', of));

  test('shows a reader the filings of their mailboxes only', async () => {
    expect(await ask(ann)).toBe('not_found');
    await grant(ann, 'read');
    expect(await ask(ann)).toEqual({ readable: [{ mailboxId }], contentBlocked: false });
  });

  test('blocks content for administrators without a grant', async () => {
    expect(await ask(admin)).toEqual({ readable: [], contentBlocked: true });
    await grant(admin, 'read');
    expect(await ask(admin)).toEqual({ readable: [{ mailboxId }], contentBlocked: false });
    await changeCompliance(world.configuration, { blockPreview: false });
    expect(await ask(admin)).toEqual({ readable: filings(), contentBlocked: false });
  });

  test('lets nobody but auditors know of a restricted message, whichever filing says so, and grants or not', async () => {
    await grant(ann, 'read');
    await grant(admin, 'read');
    await changeCompliance(world.configuration, { blockPreview: false });
    const auditor: Caller = { ...ann, auditor: { scope: {}, expiresAt: '', createdBy: '' } };
    const saying: Parameters<typeof isKeptFrom>[1][] = [];
    for (const mark of [{ isRestricted: true as const }, { isRestricted: true as const, isRemoved: true as const }]) {
      const of = [{ mailboxId }, { mailboxId: 'mb-other', ...mark }];
      saying.push(of);
      expect(await ask(ann, of)).toBe('not_found');
      expect(await ask(admin, of)).toBe('not_found');
      expect(await ask(auditor, of)).toMatchObject({ contentBlocked: false });
    }
    expect(saying.map((of) => [ann, admin, auditor].map((caller) => isKeptFrom(caller, of)))).toEqual([
      [true, true, false],
      [true, true, false],
    ]);
  });

  test('knows of no message without filings', async () => {
    expect(await ask(admin, [])).toBe('not_found');
    await changeCompliance(world.configuration, { blockPreview: false });
    expect(await ask(admin, [])).toBe('not_found');
  });
});
