import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leavingOut } from './broken-world.ts';
import { explore, type World } from './explorer.ts';
import { filingWorld } from './filing-world.ts';
import { holdWorld } from './hold-world.ts';
import { randomWorlds } from './random-worlds.ts';
import {
  addAnyhow,
  addByVersion,
  countingWorld,
  failingAfter,
  putting,
  racing,
  waitingWorld,
  worldOf,
} from './small-worlds.ts';
import { first, letterOne, letterTwo, other, same, sameAgain } from './world-mail.ts';

const dying = { crashes: 1 };

interface Built {
  readonly name: string;
  readonly build: () => World | Promise<World>;
}

interface Broken extends Built {
  readonly says: RegExp;
}

/** Worlds that are small enough to follow everybody from every state. */
const worlds: readonly Built[] = [
  {
    name: 'the same bytes for the same mailbox, dying, beside a purge',
    build: () => filingWorld({ before: [first], arrivals: [{ ...sameAgain, ...dying }], purges: 1 }),
  },
  {
    name: 'a first arrival that dies beside its purge',
    build: () => filingWorld({ arrivals: [{ ...first, ...dying }], purges: 1 }),
  },
  {
    name: 'a rendition for a held mailbox beside a purge',
    build: () => filingWorld({ before: [first], arrivals: [other], purges: 1, heldMailbox: 'mb-ep2' }),
  },
  {
    name: 'the same bytes beside a purge that dies',
    build: () => filingWorld({ before: [first], arrivals: [same], purges: 1, purgeCrashes: 1 }),
  },
  {
    name: 'an arrival that dies while its endpoint gets another mailbox',
    build: () => filingWorld({ arrivals: [{ ...first, ...dying }], movedEndpoint: 'ep1' }),
  },
  {
    name: 'a message beside the purge of another one with its attachment',
    build: () => filingWorld({ before: [letterOne], arrivals: [letterTwo], purged: [letterOne], purges: 1 }),
  },
  { name: 'a hold beside a purge that dies', build: () => holdWorld({ purges: 1, purgeCrashes: 1 }) },
  { name: 'three that count, one of which dies', build: () => countingWorld(addByVersion) },
];

describe('following fewer processes', () => {
  test.each(worlds)('leads to the same ends: $name', async ({ build }) => {
    const all = await explore(await build(), { followsAll: true });
    const fewer = await explore(await build());
    expect(fewer.ends).toEqual(all.ends);
    expect(fewer.states).toBeLessThan(all.states);
  });

  test('leads to the same ends in any world', async () => {
    const endsOf = async (world: World, followsAll: boolean) => {
      try {
        return [...(await explore(world, { followsAll })).ends].sort();
      } catch (error) {
        return `${error}`.split('\n').at(-1);
      }
    };
    await fc.assert(
      fc.asyncProperty(randomWorlds, async (build) => {
        expect(await endsOf(build(), false)).toEqual(await endsOf(build(), true));
      }),
      { numRuns: 60 },
    );
  });

  const broken: readonly Broken[] = [
    {
      name: 'a filing that does not look at the record again',
      build: async () =>
        leavingOut(await filingWorld({ before: [first], arrivals: [other], purges: 1 }), {
          name: /^read messages message#\S+ record$/,
          after: /^putIfAbsent \S+ messages message#\S+ filing#/,
          answer: { data: { state: 'live' } },
        }),
      says: /c is lost/,
    },
    {
      name: 'a purge that does not announce itself to whoever makes a hold',
      build: async () =>
        leavingOut(await holdWorld({ purges: 1, purgeCrashes: 0 }), { name: /^put \S+ messages purge-under-way#/ }),
      says: /the hold was answered while/,
    },
    {
      name: 'counts that are put whatever is there',
      build: () => countingWorld(addAnyhow),
      says: /counted [12] of 3/,
    },
    { name: 'two that wait for each other', build: waitingWorld, says: /never ends/ },
    {
      name: 'one that fails only after another',
      build: () => worldOf([putting('one', 'a'), failingAfter('a'), putting('another', 'b')]),
      says: /it is there/,
    },
  ];
  test.each(broken)('finds what following all finds: $name', async ({ build, says }) => {
    await expect(explore(await build(), { followsAll: true })).rejects.toThrow(says);
    await expect(explore(await build())).rejects.toThrow(says);
  });

  test('refuses a process that goes by the order of its answers', async () => {
    await expect(explore(worldOf([racing]))).rejects.toThrow('goes by the order in which its calls are answered');
    expect((await explore(worldOf([racing]), { followsAll: true })).ends.size).toBe(2);
  });

  test('tells the schedule', async () => {
    const failed = explore(worldOf([failingAfter('a'), putting('one', 'a')]));
    await expect(failed).rejects.toThrow(/^one put \S+ messages p a\nfailing get messages p a\n/);
  });
});
