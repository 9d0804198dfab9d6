import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_NESTING } from '../../../../shared/domain/group.ts';
import { ConflictError, InvalidRequestError, NotFoundError } from '../../../../shared/errors.ts';
import { grantAccess, listAccess, revokeAccess } from '../../../../shared/usecases/access/access-grants.ts';
import { memberListKey, membershipKey } from '../../../../shared/usecases/configuration/configuration-keys.ts';
import { changeGroup, createGroup, deleteGroup } from '../../../../shared/usecases/groups/change-group.ts';
import { getGroup, listGroups } from '../../../../shared/usecases/groups/find-groups.ts';
import { addMember, listMembers, removeMember } from '../../../../shared/usecases/groups/members.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { deleteUser } from '../../../../shared/usecases/identity/delete-user.ts';
import { createLogged } from '../../../../shared/usecases/logged-item.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { listMailboxesOf } from '../../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { createSettledWorld, type World } from '../configuration-world.ts';

let world: World;
let mailboxId: string;
let ann: { readonly userId: string };

beforeEach(async () => {
  world = await createSettledWorld();
  ann = await createUser(world.identity, { userName: 'ann', privileges: ['login'] });
  ({ mailboxId } = await createMailbox(world.configuration, { name: 'M', primaryAddress: 'm@example.org' }));
});

const group = (groupName: string, ...members: string[]) => createGroup(world.configuration, { groupName, members });
const grant = (principal: string) =>
  grantAccess(world.configuration, { mailboxId, principal, privileges: ['read'], grantedBy: 'admin' });
const held = (where: Pick<World, 'configuration'> = world) => where.configuration.access.privilegesOn(ann, mailboxId);
const names = async (groupName: string) =>
  (await listMembers(world.ports, groupName, { limit: 200 })).items.map(({ name }) => name);

describe('what is granted to a group', () => {
  test('holds for its members, and adds up with what they have themselves', async () => {
    await group('readers', 'ANN');
    await grant('readers');
    expect(await held()).toEqual(['read']);
    await grantAccess(world.configuration, { mailboxId, principal: 'ann', privileges: ['write'], grantedBy: 'admin' });
    expect((await held()).toSorted()).toEqual(['read', 'write']);
  });

  test('holds through groups in groups, as deep as they may lie', async () => {
    await group('level 1', 'ann');
    for (let level = 2; level <= MAX_NESTING; level++) await group(`level ${level}`, `level ${level - 1}`);
    await grant(`level ${MAX_NESTING}`);
    expect(await held()).toEqual(['read']);
  });

  const ends: readonly [string, () => Promise<unknown>][] = [
    ['the member leaves', () => removeMember(world.configuration, 'inner', 'ann')],
    ['the group leaves the group around it', () => removeMember(world.configuration, 'outer', 'inner')],
    ['the grant is taken back', () => revokeAccess(world.configuration, mailboxId, 'outer')],
    ['the group around it is deleted', () => deleteGroup(world.configuration, 'outer')],
    ['the group is deleted', () => deleteGroup(world.configuration, 'inner')],
  ];
  test.each(ends)('ends once %s: here at once, elsewhere within ten seconds', async (_name, end) => {
    await group('inner', 'ann');
    await group('outer', 'inner');
    await grant('outer');
    const elsewhere = world.process();
    expect(await held(elsewhere)).toEqual(['read']);
    await end();
    expect(await held()).toEqual([]);
    world.clock.advance(10_000);
    expect(await held(elsewhere)).toEqual([]);
  });

  test('begins within ten seconds elsewhere', async () => {
    await group('readers');
    await grant('readers');
    const elsewhere = world.process();
    expect(await held(elsewhere)).toEqual([]);
    await addMember(world.configuration, 'readers', 'ann');
    world.clock.advance(10_000);
    expect(await held(elsewhere)).toEqual(['read']);
  });

  test('shows in the list of mailboxes, each once, page by page', async () => {
    await group('one', 'ann');
    await group('two', 'ann');
    const mailboxIds = [mailboxId];
    for (let i = 0; i < 5; i++) {
      world.clock.advance(1);
      const more = await createMailbox(world.configuration, { name: `${i}`, primaryAddress: `m${i}@example.org` });
      mailboxIds.unshift(more.mailboxId);
    }
    for (const [index, each] of mailboxIds.entries()) {
      for (const principal of [['one'], ['two'], ['one', 'two', 'ann']][index % 3] ?? []) {
        const wanted = { mailboxId: each, principal, privileges: ['read'], grantedBy: 'admin' } as const;
        await grantAccess(world.configuration, wanted);
      }
    }
    const principals = await world.configuration.access.principalsOf(ann.userId);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listMailboxesOf(world.ports, principals, { limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((mailbox) => mailbox.mailboxId));
      cursor = page.cursor;
    } while (cursor);
    expect(seen).toEqual(mailboxIds);
  });

  test('is listed with the mailbox under the name that the group has now', async () => {
    await group('readers');
    await grant('readers');
    await changeGroup(world.configuration, 'readers', { groupName: 'Lectors' });
    const { items } = await listAccess(world.ports, mailboxId, { limit: 10 });
    expect(items.map(({ principal }) => principal)).toEqual(['Lectors']);
  });
});

describe('groups in one another', () => {
  test.each([1, 2, 3])('are refused where a group would contain itself, %i deep', async (depth) => {
    await group('g1');
    for (let level = 2; level <= depth; level++) await group(`g${level}`, `g${level - 1}`);
    await expect(addMember(world.configuration, 'g1', `g${depth}`)).rejects.toThrow('would contain itself');
  });

  test('are refused where they lie too deep, whichever end is put in', async () => {
    await group('a1');
    for (let level = 2; level <= MAX_NESTING; level++) await group(`a${level}`, `a${level - 1}`);
    await group('top');
    await expect(addMember(world.configuration, 'top', `a${MAX_NESTING}`)).rejects.toThrow(InvalidRequestError);
    await group('below');
    await expect(addMember(world.configuration, 'a1', 'below')).rejects.toThrow(InvalidRequestError);
  });

  test('that two changes at once made a circle of end the walk all the same', async () => {
    const [a, b] = [await group('a', 'ann'), await group('b')];
    for (const [outer, inner] of [
      [a, b],
      [b, a],
    ] as const) {
      await createLogged(world.ports, 'configuration', membershipKey(inner.groupId, outer.groupId), {
        data: { groupId: outer.groupId, memberId: inner.groupId },
        indexes: { list: memberListKey(outer.groupId, inner.groupId) },
      });
    }
    await grant('b');
    expect(await held()).toEqual(['read']);
  });
});

describe('groups', () => {
  test('share the name space of users, in every spelling', async () => {
    await expect(group('ANN')).rejects.toThrow(ConflictError);
    await group('Straße');
    await expect(createUser(world.identity, { userName: 'STRASSE' })).rejects.toThrow(ConflictError);
    await expect(getGroup(world.ports, 'ann')).rejects.toThrow(NotFoundError);
  });

  test('have members by name, users and groups', async () => {
    await group('team');
    await group('all', 'ann', 'team');
    expect((await names('all')).toSorted()).toEqual(['ann', 'team']);
    await removeMember(world.configuration, 'all', 'team');
    await expect(removeMember(world.configuration, 'all', 'team')).rejects.toThrow(NotFoundError);
    await addMember(world.configuration, 'all', 'ann');
    expect(await names('all')).toEqual(['ann']);
  });

  test('are not made with a member that is not there', async () => {
    await expect(group('team', 'nobody')).rejects.toThrow(NotFoundError);
    expect((await listGroups(world.ports, { limit: 10 })).items).toEqual([]);
  });

  test('keep members and grants when renamed, and leave the old name free', async () => {
    await group('team', 'ann');
    await grant('team');
    await changeGroup(world.configuration, 'team', { groupName: 'crew', description: 'all of them' });
    expect(await getGroup(world.ports, 'CREW')).toMatchObject({ groupName: 'crew', description: 'all of them' });
    expect(await names('crew')).toEqual(['ann']);
    world.clock.advance(2_000);
    expect(await held()).toEqual(['read']);
    await group('team');
    expect(await names('team')).toEqual([]);
  });

  test('lose a user who is deleted, and a successor of the name is in none', async () => {
    await group('team', 'ann');
    await grant('team');
    await deleteUser(world.identity, 'ann');
    expect(await names('team')).toEqual([]);
    const successor = await createUser(world.identity, { userName: 'ann' });
    expect(await world.configuration.access.privilegesOn(successor, mailboxId)).toEqual([]);
  });

  test('give nothing to a successor of their name', async () => {
    await group('team', 'ann');
    await grant('team');
    await deleteGroup(world.configuration, 'team');
    await group('team', 'ann');
    world.clock.advance(10_000);
    expect(await held()).toEqual([]);
  });

  test('show a renamed user under the new name', async () => {
    await group('team', 'ann');
    await changeUser(world.identity, 'ann', { userName: 'anna' });
    expect(await names('team')).toEqual(['anna']);
  });

  test('take nobody who is in a hundred already', async () => {
    for (let i = 0; i < 100; i++) await group(`g${i}`, 'ann');
    await expect(group('one more', 'ann')).rejects.toThrow(InvalidRequestError);
  });
});
