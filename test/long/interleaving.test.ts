import { describe, expect, test } from 'vitest';
import { explore } from '../unit/usecases/interleaving/explorer.ts';
import { filingWorld, type WorldOptions } from '../unit/usecases/interleaving/filing-world.ts';
import { first, other, same } from '../unit/usecases/interleaving/world-mail.ts';

const dying = { crashes: 1 };

const worlds: readonly (WorldOptions & { readonly name: string })[] = [
  {
    name: 'A',
    before: [first],
    arrivals: [
      { ...same, ...dying },
      { ...other, endpoint: 'ep3', ...dying },
    ],
    purges: 1,
  },
  { name: 'B', before: [first], arrivals: [same, { ...other, endpoint: 'ep3' }], purges: 1, purgeCrashes: 1 },
  {
    name: 'C',
    arrivals: [
      { ...first, ...dying },
      { ...other, ...dying },
    ],
    purges: 1,
  },
  { name: 'D', arrivals: [first, other], purges: 1, purgeCrashes: 1 },
  { name: 'E', before: [first], arrivals: [other], purges: 2, purgeCrashes: 1, heldMailbox: 'mb-ep2' },
  {
    name: 'F',
    before: [first],
    arrivals: [
      { ...same, ...dying },
      { ...other, endpoint: 'ep3', ...dying },
    ],
    purges: 1,
    purgeCrashes: 1,
  },
];

describe('filing × filing × purge × crash, in full', () => {
  test.each(worlds)('$name', async (options) => {
    const started = Date.now();
    const r = await explore(await filingWorld(options));
    process.stderr.write(
      `${options.name}: ${JSON.stringify(r)} ${Date.now() - started} ms ${process.memoryUsage().rss}\n`,
    );
    expect(r.states).toBeGreaterThan(100_000);
  });
});
