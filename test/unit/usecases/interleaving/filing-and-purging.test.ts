import { describe, expect, test } from 'vitest';
import { explore } from './explorer.ts';
import { filingWorld, type WorldOptions } from './filing-world.ts';
import { first, other, same } from './world-mail.ts';

const once = { crashes: 0 };

const worlds: readonly (WorldOptions & { readonly name: string })[] = [
  { name: 'two renditions, each dying once', arrivals: [first, other], purges: 0, purgeCrashes: 0 },
  { name: 'the same bytes twice, each dying once', arrivals: [first, same], purges: 0, purgeCrashes: 0 },
  { name: 'one arrival with two workers', arrivals: [{ ...first, workers: 2 }], purges: 0, purgeCrashes: 0 },
  { name: 'a rendition that dies beside a purge', before: [first], arrivals: [other], purges: 1, purgeCrashes: 0 },
  {
    name: 'the same bytes beside a purge that dies',
    before: [first],
    arrivals: [{ ...same, ...once }],
    purges: 1,
    purgeCrashes: 1,
  },
  { name: 'the same bytes, dying, beside a purge', before: [first], arrivals: [same], purges: 1, purgeCrashes: 0 },
  { name: 'a first arrival that dies beside its purge', arrivals: [first], purges: 1, purgeCrashes: 0 },
  {
    name: 'a rendition beside two purges',
    before: [first],
    arrivals: [{ ...other, ...once }],
    purges: 2,
    purgeCrashes: 0,
  },
  {
    name: 'a late arrival for a mailbox under hold',
    before: [first],
    arrivals: [other],
    purges: 1,
    purgeCrashes: 0,
    heldMailbox: 'mb-ep2',
  },
];

describe('filing × filing × purge × crash: no schedule loses an acknowledged arrival', () => {
  test.each(worlds)('$name', async (options) => {
    const { states, schedules } = await explore(() => filingWorld(options));
    expect(states).toBeGreaterThan(50);
    expect(schedules).toBeGreaterThan(5);
  });
});
