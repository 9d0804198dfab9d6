import { beforeAll, describe, expect, test } from 'vitest';
import { grantAccess } from '../../../../shared/usecases/access/access-grants.ts';
import { authorise } from '../../../../shared/usecases/access/authorise.ts';
import { principalItemKey } from '../../../../shared/usecases/configuration/configuration-keys.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createGroup } from '../../../../shared/usecases/groups/change-group.ts';
import { listGroups } from '../../../../shared/usecases/groups/find-groups.ts';
import { addMember } from '../../../../shared/usecases/groups/members.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { listUsers } from '../../../../shared/usecases/identity/find-users.ts';
import { createIdentityContext } from '../../../../shared/usecases/identity/identity-context.ts';
import { principalChange } from '../../../../shared/usecases/identity/principals.ts';
import { authenticate } from '../../../../shared/usecases/identity/sessions.ts';
import { signIn } from '../../../../shared/usecases/identity/sign-in.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { CHEAP, createSettledWorld, JOURNAL_DOMAIN, type World } from '../configuration-world.ts';
import { countingTables } from '../counting-tables.ts';

const USERS = 10_000;
const GROUPS = 1_000;
const PASSWORD = 'a long password';

let world: World;
let mailboxId: string;

/**
 * Ten thousand users and a thousand groups, ten in a chain of three; written straight into the tables, as few are asked
 * about.
 */
beforeAll(async () => {
  world = await createSettledWorld();
  const createdAt = world.clock.now().toISOString();
  const principals = [
    ...Array.from({ length: USERS }, (_, i) => {
      const user = { emailAddresses: [], privileges: [], authentication: 'integrated', disabled: false } as const;
      const userName = `user${String(i).padStart(5, '0')}`;
      return { kind: 'user', userId: `user-${i}`, userName, createdAt, ...user } as const;
    }),
    ...Array.from({ length: GROUPS }, (_, i) => {
      return {
        kind: 'group',
        groupId: `group-${i}`,
        groupName: `group${String(i).padStart(4, '0')}`,
        createdAt,
      } as const;
    }),
  ];
  await world.ports.tables.batchPut(
    'configuration',
    principals.map((principal) => {
      const id = principal.kind === 'user' ? principal.userId : principal.groupId;
      return { ...principalItemKey(id), version: 1, ...principalChange(principal) };
    }),
  );
  await createUser(world.identity, { userName: 'ann', privileges: ['login'], password: PASSWORD });
  ({ mailboxId } = await createMailbox(world.configuration, { name: 'M', primaryAddress: 'm@example.org' }));
  await createGroup(world.configuration, { groupName: 'inner', members: ['ann'] });
  for (const groupName of ['middle', 'beside', 'outer']) await createGroup(world.configuration, { groupName });
  await addMember(world.configuration, 'middle', 'inner');
  await addMember(world.configuration, 'beside', 'inner');
  await addMember(world.configuration, 'outer', 'middle');
  await grantAccess(world.configuration, { mailboxId, principal: 'outer', privileges: ['read'], grantedBy: 'admin' });
});

/** Another process over the same tables, whose calls are counted. */
function counted() {
  const { tables, taken } = countingTables(world.ports.tables);
  const ports = { ...world.ports, tables };
  const configuration = createConfigurationContext(ports, { journalDomain: JOURNAL_DOMAIN });
  const identity = createIdentityContext(ports, { configuration, passwordCost: CHEAP });
  return { ports, configuration, identity, taken };
}

describe(`among ${USERS} users and ${GROUPS} groups`, () => {
  test('a request is authenticated and authorised by a read per group, and then by none for seconds', async () => {
    const { configuration, identity, taken } = counted();
    const attempt = { userName: 'ann', password: PASSWORD, sourceIp: '192.0.2.1', userAgent: 'test' };
    const { token } = await signIn(world.identity, attempt);
    const request = async () => authorise(configuration, await authenticate(identity, token), 'read', mailboxId);
    await request();
    const first = taken();
    expect(first.calls.toSorted()).toEqual([
      // The session; the user and the rules for signing in; the mailbox and five grants.
      'get activity',
      ...Array.from({ length: 8 }, () => 'get configuration'),
      // The groups of the user and of each group on the way.
      ...Array.from({ length: 5 }, () => 'query configuration'),
    ]);
    expect(first.rows).toBeLessThan(12);
    world.clock.advance(1_900);
    await request();
    expect(taken().calls).toEqual([]);
  });

  test.each([
    ['users', listUsers],
    ['groups', listGroups],
  ] as const)('a page of %s is one query, at the start and in the middle', async (_name, list) => {
    const { ports, taken } = counted();
    const first = await list(ports, { limit: 50 });
    expect(first.items).toHaveLength(50);
    await list(ports, { limit: 50, cursor: first.cursor ?? '' });
    expect(taken()).toEqual({ calls: ['queryIndex configuration', 'queryIndex configuration'], rows: 100 });
  });
});
