import { beforeEach, describe, expect, test } from 'vitest';
import { ConflictError, InvalidRequestError, NotFoundError } from '../../../../shared/errors.ts';
import { addDomain } from '../../../../shared/usecases/domains/own-domains.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { findOwners } from '../../../../shared/usecases/mailboxes/address-book.ts';
import { claimAddress, claimsOn } from '../../../../shared/usecases/mailboxes/address-claims.ts';
import { changeMailbox } from '../../../../shared/usecases/mailboxes/change-mailbox.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { createMailboxFor } from '../../../../shared/usecases/mailboxes/create-mailbox-for.ts';
import { deleteMailbox } from '../../../../shared/usecases/mailboxes/delete-mailbox.ts';
import { getMailbox, listMailboxes } from '../../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { createWorld, JOURNAL_DOMAIN, type World } from '../configuration-world.ts';

let world: World;
const empty = async () => false;
const ann = { name: 'Ann', primaryAddress: 'Ann@Example.org', secondaryAddresses: ['a@example.org'] };

beforeEach(() => {
  world = createWorld();
});

const create = (wanted = ann) => createMailbox(world.configuration, wanted);
const owners = (address: string, at = world.clock.now()) => findOwners(world.ports, address, at);
const later = () => {
  world.clock.advance(1_000);
  return world.clock.now();
};

describe('createMailbox', () => {
  test('owns its addresses from then on, in any case and with any sub-address', async () => {
    const { mailboxId } = await create();
    for (const address of ['ann@example.org', 'ANN@EXAMPLE.ORG', 'A@example.org', 'ann+lists@example.org']) {
      expect(await owners(address)).toEqual([mailboxId]);
    }
    expect(await owners('ann@example.org', new Date(world.clock.now().getTime() - 1))).toEqual([]);
    expect(await owners('bob@example.org')).toEqual([]);
  });

  test('prefers the owner of an address with detail to that of the address without', async () => {
    await create();
    const { mailboxId } = await create({
      name: 'Lists',
      primaryAddress: 'ann+lists@example.org',
      secondaryAddresses: [],
    });
    expect(await owners('ann+lists@example.org')).toEqual([mailboxId]);
  });

  test('refuses an address of another mailbox and leaves nothing behind', async () => {
    await create();
    const second = create({ name: 'Bob', primaryAddress: 'bob@example.org', secondaryAddresses: ['A@EXAMPLE.org'] });
    await expect(second).rejects.toMatchObject({ code: 'address_in_use' });
    expect(await owners('bob@example.org')).toEqual([]);
    expect((await create({ name: 'Bob', primaryAddress: 'bob@example.org', secondaryAddresses: [] })).name).toBe('Bob');
  });

  test.each([
    ['no address', 'ann'],
    ['two of them', 'ann@example.org, bob@example.org'],
    ['a line break', 'ann@example.org\r\nBcc: x@example.org'],
    ['an empty label', 'ann@example..org'],
    ['the journal domain', `j-1@${JOURNAL_DOMAIN}`],
  ])('refuses %s', async (_name, primaryAddress) => {
    await expect(create({ name: 'X', primaryAddress, secondaryAddresses: [] })).rejects.toThrow(InvalidRequestError);
  });

  test('lets only one of two at once have an address', async () => {
    const results = await Promise.allSettled([create(), create()]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { items } = await listMailboxes(world.ports, { limit: 10 });
    expect(await owners('ann@example.org')).toEqual(items.map(({ mailboxId }) => mailboxId));
  });

  test('takes an address over from a creation that died a minute ago, not from one under way', async () => {
    await claimAddress(world.ports, 'ann@example.org', 'mb-dead', world.clock.now());
    expect(await owners('ann@example.org')).toEqual([]);
    await expect(create()).rejects.toMatchObject({ code: 'address_in_use' });
    world.clock.advance(61_000);
    const { mailboxId } = await create();
    expect(await owners('ann@example.org')).toEqual([mailboxId]);
  });

  test('is logged, so that it can be rebuilt', async () => {
    const { mailboxId } = await create();
    expect(world.logged.map(({ item }) => item.pk)).toEqual(
      expect.arrayContaining(['mailbox', 'address#ann@example.org', 'address#a@example.org']),
    );
    expect(world.logged.find(({ item }) => item.sk === mailboxId)?.item.data).toMatchObject({ mailboxId, name: 'Ann' });
  });
});

describe('changeMailbox', () => {
  test('keeps mail of its time with a mailbox that gave an address away', async () => {
    const first = await create();
    const during = world.clock.now();
    later();
    await changeMailbox(world.configuration, first.mailboxId, { secondaryAddresses: [] });
    expect(await owners('a@example.org')).toEqual([]);
    later();
    const second = await create({ name: 'B', primaryAddress: 'a@example.org', secondaryAddresses: [] });
    expect(await owners('a@example.org')).toEqual([second.mailboxId]);
    expect(await owners('a@example.org', during)).toEqual([first.mailboxId]);
  });

  test('moves the primary address to the secondary ones without a gap', async () => {
    const { mailboxId } = await create();
    const during = world.clock.now();
    later();
    const change = { primaryAddress: 'a@example.org', secondaryAddresses: ['ann@example.org'] };
    await changeMailbox(world.configuration, mailboxId, change);
    expect(await owners('ann@example.org', during)).toEqual([mailboxId]);
    expect(await claimsOn(world.ports, 'ann@example.org')).toHaveLength(1);
  });

  test('leaves out what is left out', async () => {
    const { mailboxId } = await create();
    await changeMailbox(world.configuration, mailboxId, { name: 'Anna' });
    expect(await getMailbox(world.ports, mailboxId)).toMatchObject({ ...ann, name: 'Anna' });
  });

  test('gives a new address back where somebody else changed the mailbox meanwhile', async () => {
    const { mailboxId } = await create();
    const results = await Promise.allSettled([
      changeMailbox(world.configuration, mailboxId, { secondaryAddresses: ['x@example.org'] }),
      changeMailbox(world.configuration, mailboxId, { secondaryAddresses: ['y@example.org'] }),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    const { secondaryAddresses } = await getMailbox(world.ports, mailboxId);
    for (const address of ['x@example.org', 'y@example.org']) {
      const isListed = secondaryAddresses.includes(address);
      expect(await owners(address)).toEqual(isListed ? [mailboxId] : []);
      const open = (await claimsOn(world.ports, address)).filter((claim) => claim.validUntil === undefined);
      expect(open).toHaveLength(isListed ? 1 : 0);
    }
  });

  test("gives no addresses to an endpoint's mailbox, but a name", async () => {
    const { mailboxId } = await createEndpoint(world.configuration, { name: 'Journal' });
    const change = changeMailbox(world.configuration, mailboxId, { primaryAddress: 'x@example.org' });
    await expect(change).rejects.toThrow(InvalidRequestError);
    expect(await changeMailbox(world.configuration, mailboxId, { name: 'All' })).toMatchObject({
      name: 'All',
      listShards: 8,
    });
  });
});

describe('deleteMailbox', () => {
  test('frees the addresses', async () => {
    const { mailboxId } = await create();
    later();
    await deleteMailbox(world.configuration, mailboxId, empty);
    await expect(getMailbox(world.ports, mailboxId)).rejects.toThrow(NotFoundError);
    expect(await owners('ann@example.org')).toEqual([]);
    expect((await create()).mailboxId).not.toBe(mailboxId);
  });

  test('refuses while there is mail, also mail that came at the last moment', async () => {
    const { mailboxId } = await create();
    await expect(deleteMailbox(world.configuration, mailboxId, async () => true)).rejects.toThrow(ConflictError);
    let asked = 0;
    const filedMeanwhile = async () => ++asked > 1;
    await expect(deleteMailbox(world.configuration, mailboxId, filedMeanwhile)).rejects.toThrow(ConflictError);
    expect(await getMailbox(world.ports, mailboxId)).toMatchObject({ mailboxId });
    expect(await owners('ann@example.org')).toEqual([mailboxId]);
  });

  test('refuses while an endpoint files into it', async () => {
    const { mailboxId } = await create();
    await createEndpoint(world.configuration, { name: 'Journal', unknownAddresses: { mailboxId } });
    await expect(deleteMailbox(world.configuration, mailboxId, empty)).rejects.toThrow(ConflictError);
  });
});

describe('createMailboxFor', () => {
  beforeEach(() => addDomain(world.ports, 'example.org'));

  test('makes one mailbox for an address of an own domain, however often and at once it is asked', async () => {
    const addresses = ['new@example.org', 'NEW@example.org', 'new+tag@example.org'];
    const ids = await Promise.all(addresses.map((address) => createMailboxFor(world.process().configuration, address)));
    expect(new Set(ids).size).toBe(1);
    expect(await owners('new@example.org')).toEqual([ids[0]]);
    expect((await listMailboxes(world.ports, { limit: 10 })).items).toHaveLength(1);
  });

  test.each(['new@other.example', 'new@sub.example.org', `x@${JOURNAL_DOMAIN}`, 'nobody'])(
    'makes none for %s',
    async (address) => {
      expect(await createMailboxFor(world.configuration, address)).toBeUndefined();
    },
  );

  test('completes what died after its claim', async () => {
    await claimAddress(world.ports, 'new@example.org', 'mb-half', world.clock.now());
    expect(await createMailboxFor(world.configuration, 'new@example.org')).toBe('mb-half');
    expect(await owners('new@example.org')).toEqual(['mb-half']);
  });
});

describe('AddressBook', () => {
  test('sees changes of its own process at once, those of others within two seconds', async () => {
    const other = world.process().configuration;
    expect(await world.configuration.addresses.owners('ann@example.org', world.clock.now())).toEqual([]);
    expect(await other.addresses.owners('ann@example.org', world.clock.now())).toEqual([]);
    const { mailboxId } = await create();
    expect(await world.configuration.addresses.owners('ann@example.org', world.clock.now())).toEqual([mailboxId]);
    expect(await other.addresses.owners('ann@example.org', world.clock.now())).toEqual([]);
    world.clock.advance(2_000);
    expect(await other.addresses.owners('ann@example.org', world.clock.now())).toEqual([mailboxId]);
  });
});
