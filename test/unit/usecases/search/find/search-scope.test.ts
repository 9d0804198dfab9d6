import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditorScope } from '../../../../../shared/domain/auditor.ts';
import type { Caller } from '../../../../../shared/domain/session.ts';
import { grantAccess, revokeAccess } from '../../../../../shared/usecases/access/access-grants.ts';
import { changeCompliance } from '../../../../../shared/usecases/compliance/change-compliance.ts';
import { createEndpoint } from '../../../../../shared/usecases/endpoints/create-endpoint.ts';
import { createGroup } from '../../../../../shared/usecases/groups/change-group.ts';
import { createUser } from '../../../../../shared/usecases/identity/create-user.ts';
import { getUser } from '../../../../../shared/usecases/identity/find-users.ts';
import { createMailbox } from '../../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { type SearchScope, searchScope } from '../../../../../shared/usecases/search/find/search-scope.ts';
import { createSettledWorld, type World } from '../../configuration-world.ts';

let world: World;
let admin: Caller;
let ann: Caller;
/** Ids of mailboxes by name. */
let ids: { readonly [name: string]: string };

beforeEach(async () => {
  world = await createSettledWorld();
  const { userId } = await createUser(world.identity, { userName: 'Ann', privileges: ['login'] });
  ann = { userId, userName: 'Ann', privileges: ['login'], sessionId: '2' };
  const { userId: adminId } = await getUser(world.ports, 'admin');
  admin = { userId: adminId, userName: 'admin', privileges: ['admin'], sessionId: '1' };
  const made: [string, string][] = [];
  for (const name of ['ann', 'bob']) {
    const { mailboxId } = await createMailbox(world.configuration, { name, primaryAddress: `${name}@example.org` });
    made.push([name, mailboxId]);
  }
  for (const name of ['journal', 'other journal']) {
    made.push([name, (await createEndpoint(world.configuration, { name })).mailboxId]);
  }
  ids = Object.fromEntries(made);
});

const grant = (principal: string, name: string, ...privileges: ('read' | 'write')[]) =>
  grantAccess(world.configuration, { mailboxId: ids[name] ?? '', principal, privileges, grantedBy: 'admin' });
const scopeOf = (caller: Caller) => searchScope(world.configuration, caller);
const auditor = (scope: AuditorScope): Caller => ({
  ...ann,
  auditor: { scope, expiresAt: '2030-01-01T00:00:00.000Z', createdBy: 'admin' },
});

/** Names of mailboxes with what is seen of them. */
function seen({ mailboxes }: SearchScope): Readonly<Record<string, string>> {
  return Object.fromEntries(
    mailboxes.map(({ mailbox, reach, isWithoutGrant }) => [
      mailbox.name,
      `${reach}${isWithoutGrant ? ' without grant' : ''}`,
    ]),
  );
}

describe('a user', () => {
  test('searches nothing without a grant', async () => {
    expect(seen(await scopeOf(ann))).toEqual({});
  });

  test('searches what they were granted to read, by themselves and by groups of groups', async () => {
    await createGroup(world.configuration, { groupName: 'inner', members: ['Ann'] });
    await createGroup(world.configuration, { groupName: 'outer', members: ['inner'] });
    await grant('Ann', 'ann', 'read');
    await grant('outer', 'bob', 'read');
    expect(seen(await scopeOf(ann))).toEqual({ ann: 'text', bob: 'text' });
  });

  test('does not search what they may only write', async () => {
    await grant('Ann', 'ann', 'write');
    expect(seen(await scopeOf(ann))).toEqual({});
  });

  test('loses what is revoked at once', async () => {
    await grant('Ann', 'ann', 'read');
    expect(seen(await scopeOf(ann))).toEqual({ ann: 'text' });
    await revokeAccess(world.configuration, ids.ann ?? '', 'Ann');
    expect(seen(await scopeOf(ann))).toEqual({});
  });

  test('sees no blind copies beyond those of their mailboxes', async () => {
    expect((await scopeOf(ann)).seesAllBlindCopies).toBe(false);
  });

  test('with an API key searches no further than the key reaches', async () => {
    await grant('Ann', 'ann', 'read');
    await grant('Ann', 'bob', 'read');
    expect(seen(await scopeOf({ ...ann, mailboxIds: [ids.bob ?? ''] }))).toEqual({ bob: 'text' });
  });
});

describe('an administrator', () => {
  const everything = (value: string) => ({ ann: value, bob: value, journal: value, 'other journal': value });

  test.each([
    { blockPreview: true, value: 'headers without grant' },
    { blockPreview: false, value: 'text without grant' },
  ])('with blockPreview $blockPreview searches all mailboxes: $value', async ({ blockPreview, value }) => {
    await changeCompliance(world.configuration, { blockPreview });
    expect(seen(await scopeOf(admin))).toEqual(everything(value));
    await grant('admin', 'bob', 'read');
    expect(seen(await scopeOf(admin))).toEqual({ ...everything(value), bob: 'text' });
  });

  test('does not search by subjects that are hidden', async () => {
    await changeCompliance(world.configuration, { hideSubjects: true });
    expect((await scopeOf(admin)).hidesSubjects).toBe(true);
    expect((await scopeOf(ann)).hidesSubjects).toBe(false);
  });

  test('with an API key for mailboxes has no privilege beyond grants', async () => {
    expect(seen(await scopeOf({ ...admin, mailboxIds: [ids.ann ?? ''] }))).toEqual({});
  });
});

describe('an auditor', () => {
  test('searches the scope, whatever grants say, with every blind copy', async () => {
    await grant('Ann', 'bob', 'read');
    const scope = await scopeOf(auditor({ mailboxIds: [ids.ann ?? ''] }));
    expect(seen(scope)).toEqual({ ann: 'text without grant' });
    expect(scope).toMatchObject({ seesAllBlindCopies: true, hidesSubjects: false });
    expect(scope).not.toHaveProperty('received');
  });

  test('of a period searches what was received in it', async () => {
    const scope = await scopeOf(auditor({ from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }));
    expect(scope.received).toEqual({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) });
    expect(Object.keys(seen(scope))).toHaveLength(4);
  });
});

describe('journals stand for the mailboxes they cover', () => {
  test.each([
    { granted: ['ann'], expected: false, why: 'without one there is nothing that stands for others' },
    { granted: ['ann', 'journal'], expected: false, why: 'a message may have come by the other endpoint only' },
    { granted: ['ann', 'journal', 'other journal'], expected: true, why: 'all are searched' },
  ])('for who reads $granted: $expected, as $why', async ({ granted, expected }) => {
    for (const name of granted) await grant('Ann', name, 'read');
    expect((await scopeOf(ann)).hasAllJournals).toBe(expected);
  });
});
