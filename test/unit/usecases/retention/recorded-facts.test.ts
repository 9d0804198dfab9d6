import { describe, expect, test } from 'vitest';
import type { MessageRecord } from '../../../../shared/domain/message.ts';
import { removeDomain } from '../../../../shared/usecases/domains/own-domains.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { CANDIDATE_DAYS, receivedDayPartition, recordKey } from '../../../../shared/usecases/message-keys.ts';
import { letter, retentionWorld } from './retention-world.ts';

const incoming = letter({ From: 'Bob <bob@far.test>', To: 'a@x.test', Cc: 'c@x.test' });

function sortedLists(facts: object): object {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value]),
  );
}

describe('what filing keeps for retention', () => {
  test('of a journaled message', async () => {
    const world = await retentionWorld();
    const archiveId = await world.journal(incoming);
    expect(await world.factsOf(archiveId)).toEqual({
      archivedAt: world.ports.clock.now(),
      receivedAt: world.ports.clock.now(),
      endpoints: [world.endpoint.endpointId],
      places: expect.arrayContaining([
        { mailboxId: world.endpoint.mailboxId, folder: 'Inbox', groups: [], isJournal: true },
        { mailboxId: world.mailboxes.a, folder: 'Inbox', groups: [] },
      ]),
      direction: 'incoming',
      senders: ['bob@far.test'],
      recipients: ['a@x.test', 'c@x.test'],
      addressesTruncated: false,
      sources: ['journal'],
      sizeBytes: incoming.length,
    });
  });

  test.each([
    ['incoming', 'bob@far.test', 'a@x.test'],
    ['outgoing', 'a@x.test', 'bob@far.test'],
    ['outgoing', 'a@x.test', 'b@x.test, bob@far.test'],
    ['internal', 'a@x.test', 'b@x.test'],
    [undefined, 'bob@far.test', 'eve@far.test'],
    [undefined, 'a@x.test', 'undisclosed-recipients:;'],
  ])('the way it went: %s from %s to %s', async (direction, From, To) => {
    const world = await retentionWorld();
    expect((await world.factsOf(await world.journal(letter({ From, To })))).direction).toBe(direction);
  });

  test('of fetched mail: when the source says that it was received, else its own host, never its Date', async () => {
    const Received = 'from far.test by mx.x.test; Tue, 4 May 2021 10:00:00 +0200';
    const raw = letter({ Received, From: 'bob@far.test', To: 'a@x.test' });
    const dated = await retentionWorld();
    const internalDate = '2022-02-02T02:00:00.000Z';
    const facts = await dated.factsOf(await dated.fetch(raw, { internalDate }));
    const places = [{ mailboxId: dated.mailboxes.a, folder: 'Old/Mail' }];
    expect(facts).toMatchObject({ receivedAt: new Date(internalDate), sources: ['fetch'], places });

    const traced = await retentionWorld();
    expect((await traced.factsOf(await traced.fetch(raw))).receivedAt).toEqual(new Date('2021-05-04T08:00:00Z'));
    const neither = await retentionWorld();
    const bare = letter({ From: 'bob@far.test', To: 'a@x.test' });
    expect((await neither.factsOf(await neither.fetch(bare))).receivedAt).toBeUndefined();
  });

  test('a journal arrival of fetched mail adds itself, and tells better when it was received', async () => {
    const world = await retentionWorld();
    await world.fetch(incoming, { internalDate: '2022-02-02T02:00:00.000Z' });
    const archiveId = await world.journal(incoming);
    const facts = await world.factsOf(archiveId);
    expect(facts.sources).toEqual(['fetch', 'journal']);
    expect(facts.receivedAt).toEqual(world.ports.clock.now());
    expect(facts.endpoints).toEqual([world.endpoint.endpointId]);
  });

  test('of very many recipients some, and that there are more', async () => {
    const world = await retentionWorld();
    const To = Array.from({ length: 500 }, (_, n) => `p${n}@x.test`).join(',\r\n ');
    const facts = await world.factsOf(await world.journal(letter({ From: 'bob@far.test', To })));
    expect(facts.addressesTruncated).toBe(true);
    expect(facts.recipients.length).toBeLessThan(200);
    expect(facts.direction).toBe('incoming');
  });

  test('the same mail at another endpoint writes nothing for it but its filing', async () => {
    const world = await retentionWorld();
    await world.journal(incoming);
    const archiveId = await world.journal(incoming, { by: world.other });
    const facts = await world.factsOf(archiveId);
    expect(facts.endpoints.toSorted()).toEqual([world.endpoint.endpointId, world.other.endpointId].toSorted());
    const { items } = await world.ports.tables.query('messages', `message#${archiveId}`, {
      prefix: 'facts#',
      limit: 9,
    });
    expect(items).toEqual([]);
  });
});

describe('from the archive bucket alone', () => {
  test('the same is known again, though own domains have changed since', async () => {
    const world = await retentionWorld();
    await world.fetch(incoming, { internalDate: '2022-02-02T02:00:00.000Z' });
    await world.journal(incoming);
    world.ports.clock.advance(48 * 3_600_000);
    // The very same bytes: no object of its own tells of it.
    const archiveId = await world.journal(incoming);
    await removeDomain(world.ports, 'x.test');
    const before = await world.factsOf(archiveId);
    expect(before).toMatchObject({ direction: 'incoming', receivedAt: world.ports.clock.now() });
    const rebuilt = await world.rebuilt();
    expect(sortedLists(await rebuilt.factsOf(archiveId))).toEqual(sortedLists(before));
  });

  test('an older record without them is read from its arrivals', async () => {
    const world = await retentionWorld();
    const archiveId = await world.journal(incoming);
    const facts = await world.factsOf(archiveId);
    const item = await world.ports.tables.get('messages', recordKey(archiveId));
    if (!item) throw new Error('there is no record');
    const { retention: _retention, ...older } = typed<MessageRecord & Record<string, never>>(item).data;
    await world.ports.tables.put('messages', { ...item, data: { ...item.data, retention: undefined } });
    expect(older.state).toBe('live');
    expect(sortedLists(await world.factsOf(archiveId))).toEqual(sortedLists(facts));
  });
});

describe('the days by which retention finds mail', () => {
  const days = async ({ ports }: Pick<Awaited<ReturnType<typeof retentionWorld>>, 'ports'>) =>
    (await ports.tables.query('messages', CANDIDATE_DAYS, { limit: 100 })).items.map(({ sk }) => sk);

  test('are those of archiving', async () => {
    const world = await retentionWorld();
    await world.journal(incoming);
    expect(await days(world)).toEqual(['a2026-03-01']);
  });

  test('and of receipt, where that was more than a day before', async () => {
    const world = await retentionWorld();
    const archiveId = await world.fetch(incoming, { internalDate: '2022-02-02T02:00:00.000Z' });
    expect(await days(world)).toEqual(['a2026-03-01', 'r2022-02-02']);
    const found = await Promise.all(
      Array.from({ length: 16 }, (_, shard) =>
        world.ports.tables.query('messages', receivedDayPartition('2022-02-02', shard), { limit: 9 }),
      ),
    );
    expect(found.flatMap(({ items }) => items.map(({ sk }) => sk))).toEqual([archiveId]);
  });

  test('are made anew by a rebuild, for archives from before there were any', async () => {
    const world = await retentionWorld();
    await world.fetch(incoming, { internalDate: '2022-02-02T02:00:00.000Z' });
    const before = await days(world);
    const rebuilt = await world.rebuilt();
    expect(await days(rebuilt)).toEqual(before);
  });
});
