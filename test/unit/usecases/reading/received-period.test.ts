import { beforeEach, expect, test } from 'vitest';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { createWorld, type World } from '../configuration-world.ts';
import { putFiling } from '../filed-mail.ts';

const MAILBOX = { mailboxId: 'mb-ann', listShards: 1 };
const FEBRUARY = { from: '2026-02-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' };
let world: World;

const idOf = (index: number) => `1-${String(index).padStart(64, '0')}`;

/** A message a day from 15 January to 16 March, received at noon; its date field is two days off, now early, now late. */
beforeEach(async () => {
  world = createWorld();
  for (let day = 0; day < 61; day += 1) {
    const received = Date.UTC(2026, 0, 15 + day, 12);
    const shiftMs = (day % 2 === 0 ? 2 : -2) * 86_400_000;
    await putFiling(world.ports.tables, {
      archiveId: idOf(day),
      mailboxId: 'mb-ann',
      receivedAt: new Date(received).toISOString(),
      date: new Date(received + shiftMs).toISOString(),
    });
  }
});

test.each([1, 7, 50])(
  'a list of a period has all that was received in it and nothing else, %i at a time',
  async (limit) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const request = { limit, received: FEBRUARY, ...(cursor === undefined ? {} : { cursor }) };
      const page = await listMessages(world.ports, MAILBOX, request);
      found.push(...page.items.map(({ archiveId }) => archiveId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found.toSorted()).toEqual(Array.from({ length: 28 }, (_, day) => idOf(17 + day)));
  },
);

test('of a period reads only what lies near it', async () => {
  const asked: unknown[] = [];
  const { queryIndex } = world.ports.tables;
  world.ports.tables.queryIndex = async (table, index, pk, options) => {
    asked.push([options.from, options.to]);
    return await queryIndex.call(world.ports.tables, table, index, pk, options);
  };
  await listMessages(world.ports, MAILBOX, { limit: 200, received: FEBRUARY });
  expect(asked).toEqual([['2026-01-30T00:00:00.000Z', '2026-03-03T00:00:00.000Z~']]);
});
