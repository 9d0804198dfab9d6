import { beforeEach, expect, test } from 'vitest';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { deleteMailbox } from '../../../../shared/usecases/mailboxes/delete-mailbox.ts';
import { changeNewUserDefaults, type NewUserDefaults } from '../../../../shared/usecases/settings/new-user-defaults.ts';
import { createSettledWorld, type World } from '../configuration-world.ts';

let world: World;
let shared: string;

beforeEach(async () => {
  world = await createSettledWorld();
  ({ mailboxId: shared } = await createMailbox(world.configuration, { name: 'S', primaryAddress: 's@example.org' }));
});

const change = (wanted: Partial<NewUserDefaults>) =>
  changeNewUserDefaults(world.ports, world.identity.newUsers, wanted);
const withMailbox = { userName: 'ann', emailAddresses: ['ann@example.org'], createMailbox: true };
const held = (user: { readonly userId: string }, mailboxId = '') =>
  world.configuration.access.privilegesOn(user, mailboxId);

test('a new user may sign in, change the password and read the own mailbox', async () => {
  const user = await createUser(world.identity, withMailbox);
  expect(user.privileges).toEqual(['login', 'changePassword']);
  expect(await held(user, user.mailboxId)).toEqual(['read']);
  expect(await held(user, shared)).toEqual([]);
});

test('the settings give new users other privileges and access; what is said of a user wins', async () => {
  await change({ privileges: ['login', 'export'], ownMailbox: ['read', 'write'] });
  await change({ access: [{ mailboxId: shared, privileges: ['read'] }] });
  const ann = await createUser(world.identity, withMailbox);
  expect(ann.privileges).toEqual(['login', 'export']);
  expect(await held(ann, ann.mailboxId)).toEqual(['read', 'write']);
  expect(await held(ann, shared)).toEqual(['read']);
  const bob = await createUser(world.identity, { userName: 'bob', privileges: [] });
  expect(bob.privileges).toEqual([]);
});

test('a default mailbox that was deleted since is left out, and one that never was is refused', async () => {
  await expect(change({ access: [{ mailboxId: 'mb-none', privileges: ['read'] }] })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  await change({ access: [{ mailboxId: shared, privileges: ['read'] }] });
  await deleteMailbox(world.configuration, shared, async () => false);
  expect(await held(await createUser(world.identity, withMailbox), shared)).toEqual([]);
});

test('changes made elsewhere count within seconds', async () => {
  const elsewhere = world.process().identity;
  expect((await elsewhere.newUsers.get()).privileges).toContain('login');
  await change({ privileges: [] });
  world.clock.advance(3_000);
  expect((await elsewhere.newUsers.get()).privileges).toEqual([]);
});
