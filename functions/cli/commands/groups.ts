import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Lists and changes groups of users and groups. */
export const groups: Command = {
  name: 'groups',
  usage:
    '[list | create NAME [MEMBER]... | members NAME | add NAME MEMBER | remove NAME MEMBER | rename NAME NEW | delete NAME]',
  summary: 'groups of users and groups: list, create, members',
  details: ['MEMBER            a user or group', '--limit N, --all  how many to list (default 50)'],
  options: LIST_OPTIONS,
  words: { least: 0, most: 200 },
  run(invocation) {
    const [action, name = '', ...members] = invocation.words;
    if (action === 'create' && name !== '') return create(invocation, name, members);
    return runAction(
      groups,
      {
        list: { words: 0, run: list },
        members: { words: 1, run: listMembers },
        add: { words: 2, run: (call, group = '', member = '') => putMember(call, group, member) },
        remove: { words: 2, run: (call, group = '', member = '') => removeMember(call, group, member) },
        rename: { words: 2, run: (call, group = '', groupName = '') => rename(call, group, groupName) },
        delete: { words: 1, run: (call, group = '') => deleteGroup(call, group) },
      },
      invocation,
    );
  },
};

function list(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/groups',
    columns: [{ title: 'NAME' }, { title: 'DESCRIPTION', shrinksTo: 10 }],
    row: (group) => [textOf(group.groupName), textOf(group.description)],
    empty: 'no groups',
  });
}

function listMembers(invocation: Invocation, name = ''): Promise<void> {
  return writeListing(invocation, {
    path: `${pathOf(name)}/members`,
    columns: [{ title: 'NAME' }, { title: 'KIND' }],
    row: (member) => [textOf(member.name), textOf(member.kind)],
    empty: 'no members',
  });
}

async function create(invocation: Invocation, groupName: string, members: readonly string[]): Promise<void> {
  const body = { groupName, ...(members.length > 0 && { members }) };
  const group = await (await invocation.api()).json('POST', '/groups', body);
  await writeResult(invocation, group, [printableLine(`created group ${groupName}`)]);
}

async function putMember(invocation: Invocation, group: string, member: string): Promise<void> {
  const added = await (await invocation.api()).json('PUT', memberPath(group, member));
  await writeResult(invocation, added, [printableLine(`${member} is in ${group}`)]);
}

async function removeMember(invocation: Invocation, group: string, member: string): Promise<void> {
  await (await invocation.api()).json('DELETE', memberPath(group, member));
  await writeResult(invocation, {}, [printableLine(`${member} is not in ${group} any more`)]);
}

async function rename(invocation: Invocation, group: string, groupName: string): Promise<void> {
  const changed = await (await invocation.api()).json('PATCH', pathOf(group), { groupName });
  await writeResult(invocation, changed, [printableLine(`renamed ${group}`)]);
}

async function deleteGroup(invocation: Invocation, group: string): Promise<void> {
  await (await invocation.api()).json('DELETE', pathOf(group));
  await writeResult(invocation, {}, [printableLine(`deleted ${group}`)]);
}

function pathOf(group: string): string {
  return `/groups/${encodeURIComponent(group)}`;
}

function memberPath(group: string, member: string): string {
  return `${pathOf(group)}/members/${encodeURIComponent(member)}`;
}
