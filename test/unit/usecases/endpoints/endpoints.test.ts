import { beforeEach, describe, expect, test } from 'vitest';
import { InvalidRequestError, NotFoundError } from '../../../../shared/errors.ts';
import {
  changeEndpoint,
  deleteEndpoint,
  rotateEndpoint,
} from '../../../../shared/usecases/endpoints/change-endpoint.ts';
import { createEndpoint, type EndpointRules } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { findEndpointByLocalPart } from '../../../../shared/usecases/endpoints/endpoint-book.ts';
import { getEndpoint, listEndpoints } from '../../../../shared/usecases/endpoints/find-endpoints.ts';
import { getMailbox } from '../../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { createWorld, type World } from '../configuration-world.ts';

let world: World;
const DAY_MS = 24 * 60 * 60 * 1000;

beforeEach(() => {
  world = createWorld();
});

const create = (rules: EndpointRules = {}) => createEndpoint(world.configuration, { name: 'Journal', ...rules });
const found = (localPart: string) => findEndpointByLocalPart(world.ports, localPart);

describe('createEndpoint', () => {
  test('makes an unguessable address and a mailbox that receives all of it', async () => {
    const { endpointId, localPart, mailboxId, unknownAddresses } = await create();
    expect(localPart).toMatch(/^j-[0-9a-v]{26}$/);
    expect(unknownAddresses).toBe('endpoint-only');
    expect(await getMailbox(world.ports, mailboxId)).toMatchObject({
      endpointId,
      listShards: 8,
      secondaryAddresses: [],
    });
    expect(await found(localPart.toUpperCase())).toMatchObject({ endpoint: { endpointId }, former: false });
  });

  test.each<[string, EndpointRules]>([
    ['a mailbox that is not there', { unknownAddresses: { mailboxId: 'mb-none' } }],
    ['a network that is none', { allowedSources: ['10.0.0.0/33'] }],
    ['a host that is none', { trustedHosts: ['mail.example.org; by evil'] }],
    ['too many hosts', { trustedHosts: Array.from({ length: 101 }, (_, i) => `h${i}.example.org`) }],
  ])('refuses %s', async (_name, rules) => {
    await expect(create(rules)).rejects.toThrow(InvalidRequestError);
    expect((await listEndpoints(world.ports, { limit: 10 })).items).toEqual([]);
  });
});

describe('rotateEndpoint', () => {
  test('keeps the former address for thirty days, as former', async () => {
    const before = await create();
    const after = await rotateEndpoint(world.configuration, before.endpointId);
    expect(after.localPart).not.toBe(before.localPart);
    expect(await found(after.localPart)).toMatchObject({ former: false });
    expect(await found(before.localPart)).toMatchObject({ endpoint: { endpointId: before.endpointId }, former: true });
    world.clock.advance(30 * DAY_MS);
    expect(await found(before.localPart)).toBeUndefined();
    expect(await found(after.localPart)).toMatchObject({ former: false });
  });

  test('counts at once in the process that did it', async () => {
    const before = await create();
    await world.configuration.endpoints.byLocalPart(before.localPart);
    await rotateEndpoint(world.configuration, before.endpointId);
    expect(await world.configuration.endpoints.byLocalPart(before.localPart)).toMatchObject({ former: true });
  });

  test('leaves the former address in force where it died half way', async () => {
    const { endpointId, localPart } = await create();
    const ports = { ...world.configuration.ports, tables: dyingBeforeChange(endpointId) };
    await expect(rotateEndpoint({ ...world.configuration, ports }, endpointId)).rejects.toThrow('killed');
    expect(await found(localPart)).toMatchObject({ former: false });
    const rotated = await rotateEndpoint(world.configuration, endpointId);
    expect(await found(rotated.localPart)).toMatchObject({ former: false });
    expect(await found(localPart)).toMatchObject({ former: true });
  });

  function dyingBeforeChange(endpointId: string): World['ports']['tables'] {
    const { tables } = world.ports;
    return {
      ...tables,
      putIfVersion: async (table, item, expected) => {
        if (item.sk === endpointId) throw new Error('killed');
        return await tables.putIfVersion(table, item, expected);
      },
    };
  }
});

describe('deleteEndpoint', () => {
  test('leaves the mailbox, and the address in grace', async () => {
    const { endpointId, localPart, mailboxId } = await create();
    await deleteEndpoint(world.configuration, endpointId);
    await expect(getEndpoint(world.ports, endpointId)).rejects.toThrow(NotFoundError);
    expect(await world.configuration.endpoints.endpoint(endpointId)).toBeUndefined();
    expect((await listEndpoints(world.ports, { limit: 10 })).items).toEqual([]);
    expect(await getMailbox(world.ports, mailboxId)).toMatchObject({ mailboxId });
    expect(await found(localPart)).toMatchObject({ endpoint: { endpointId }, former: true });
    world.clock.advance(30 * DAY_MS);
    expect(await found(localPart)).toBeUndefined();
  });
});

test('changeEndpoint changes what is given and keeps the address', async () => {
  const { endpointId, localPart } = await create({ allowedSources: ['192.0.2.0/24'] });
  const changed = await changeEndpoint(world.configuration, endpointId, { trustedHosts: ['MX.example.org'] });
  expect(changed).toMatchObject({ localPart, allowedSources: ['192.0.2.0/24'], trustedHosts: ['mx.example.org'] });
});

test('listEndpoints pages newest first and past deleted ones', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 7; i++) {
    world.clock.advance(1);
    ids.unshift((await create()).endpointId);
  }
  for (const endpointId of ids.slice(1, 4)) await deleteEndpoint(world.configuration, endpointId);
  const first = await listEndpoints(world.ports, { limit: 2 });
  expect(first.items.map(({ endpointId }) => endpointId)).toEqual([ids[0], ids[4]]);
  const { cursor = '' } = first;
  const second = await listEndpoints(world.ports, { limit: 2, cursor });
  expect(second.items.map(({ endpointId }) => endpointId)).toEqual(ids.slice(5));
});
