import { describe, expect, test } from 'vitest';
import { explore } from '../unit/usecases/interleaving/explorer.ts';
import { filingWorld, type WorldOptions } from '../unit/usecases/interleaving/filing-world.ts';
import { first, other, same } from '../unit/usecases/interleaving/world-mail.ts';

const dying = { crashes: 1 };
const elsewhere = { ...other, endpoint: 'ep3' };

/**
 * Worlds of three processes and more, each in all of its states, up to eight million: five minutes together on a machine
 * that does nothing else, and 2 GB of memory. Two filings that die beside a purge that dies too would take far longer;
 * here either side dies.
 */
const worlds: readonly (WorldOptions & { readonly name: string })[] = [
  {
    name: 'the same bytes and a rendition, each dying once, beside a purge',
    before: [first],
    arrivals: [
      { ...same, ...dying },
      { ...elsewhere, ...dying },
    ],
    purges: 1,
  },
  {
    name: 'the same bytes and a rendition beside a purge that dies once',
    before: [first],
    arrivals: [same, elsewhere],
    purges: 1,
    purgeCrashes: 1,
  },
  {
    name: 'a first arrival that dies once and a rendition beside their purge',
    arrivals: [{ ...first, ...dying }, other],
    purges: 1,
  },
  {
    name: 'a first arrival and a rendition beside their purge that dies once',
    arrivals: [first, other],
    purges: 1,
    purgeCrashes: 1,
  },
  {
    name: 'a rendition for a held mailbox beside two purges that each die once',
    before: [first],
    arrivals: [other],
    purges: 2,
    purgeCrashes: 1,
    heldMailbox: 'mb-ep2',
  },
  { name: 'a first arrival with two workers beside its purge', arrivals: [{ ...first, workers: 2 }], purges: 1 },
];

describe('filing × filing × purge × crash, three processes and more', () => {
  test.each(worlds)('$name', async (options) => {
    const { states, ends } = await explore(await filingWorld(options));
    expect(states).toBeGreaterThan(50_000);
    expect(ends.size).toBeGreaterThan(1);
  });
});
