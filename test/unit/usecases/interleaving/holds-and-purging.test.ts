import { describe, expect, test } from 'vitest';
import { explore } from './explorer.ts';
import { type HoldWorldOptions, holdWorld } from './hold-world.ts';

/**
 * Without stopping the purges under way (`stopPurgesUnderWay`), with purges that announce themselves only after they read the
 * holds, each of these worlds finds a schedule in which a hold is answered and the message goes all the same; so does the
 * last one with announcements that are not bound to a version of the record, as one purge takes back that of another.
 */
const worlds: readonly (HoldWorldOptions & { readonly name: string })[] = [
  { name: 'a purge', purges: 1, purgeCrashes: 0 },
  { name: 'a purge that dies, and is taken up again', purges: 1, purgeCrashes: 1 },
  { name: 'two purges', purges: 2, purgeCrashes: 0 },
  { name: 'a purge that dies beside one that is refused', purges: 1, purgeCrashes: 1, refused: 1 },
];

describe('hold × purge × crash: what a hold covers is there for ever once the hold is answered, or went before', () => {
  test.each(worlds)('$name', async (options) => {
    const { states, ends } = await explore(await holdWorld(options));
    expect(states).toBeGreaterThan(50);
    // It goes before the hold, or stays.
    expect(ends.size).toBeGreaterThan(1);
  });
});
