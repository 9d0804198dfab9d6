import { describe, expect, test } from 'vitest';
import { explore } from './explorer.ts';
import { filingWorld, type WorldOptions } from './filing-world.ts';
import { first, other, same, sameAgain } from './world-mail.ts';

const dying = { crashes: 1 };

const worlds: readonly (WorldOptions & { readonly name: string })[] = [
  {
    name: 'two renditions, each dying once',
    arrivals: [
      { ...first, ...dying },
      { ...other, ...dying },
    ],
  },
  {
    name: 'the same bytes twice, each dying once',
    arrivals: [
      { ...first, ...dying },
      { ...same, ...dying },
    ],
  },
  { name: 'one arrival with two workers, each dying once', arrivals: [{ ...first, ...dying, workers: 2 }] },
  { name: 'a rendition that dies beside a purge', before: [first], arrivals: [{ ...other, ...dying }], purges: 1 },
  { name: 'the same bytes beside a purge that dies', before: [first], arrivals: [same], purges: 1, purgeCrashes: 1 },
  { name: 'the same bytes, dying, beside a purge', before: [first], arrivals: [{ ...same, ...dying }], purges: 1 },
  {
    name: 'the same bytes for the same mailbox, dying, beside a purge',
    before: [first],
    arrivals: [{ ...sameAgain, ...dying }],
    purges: 1,
  },
  { name: 'a first arrival that dies beside its purge', arrivals: [{ ...first, ...dying }], purges: 1 },
  {
    name: 'a first arrival that dies beside its purge that dies',
    arrivals: [{ ...first, ...dying }],
    purges: 1,
    purgeCrashes: 1,
  },
  { name: 'a rendition beside two purges', before: [first], arrivals: [other], purges: 2 },
  {
    name: 'a rendition for a held mailbox beside two purges',
    before: [first],
    arrivals: [other],
    purges: 2,
    heldMailbox: 'mb-ep2',
  },
  {
    name: 'a rendition for a held mailbox beside a purge that dies',
    before: [first],
    arrivals: [other],
    purges: 1,
    purgeCrashes: 1,
    heldMailbox: 'mb-ep2',
  },
  {
    name: 'an arrival that dies while its endpoint gets another mailbox',
    arrivals: [{ ...first, ...dying }],
    movedEndpoint: 'ep1',
  },
  {
    name: 'the same bytes, dying, while their endpoint gets another mailbox',
    arrivals: [first, { ...same, ...dying }],
    movedEndpoint: 'ep2',
  },
  {
    name: 'a rendition, dying, beside a purge while its endpoint gets another mailbox',
    before: [first],
    arrivals: [{ ...other, ...dying }],
    purges: 1,
    movedEndpoint: 'ep2',
  },
];

describe('filing × filing × purge × crash: no schedule loses an acknowledged arrival', () => {
  test.each(worlds)('$name', async (options) => {
    const started = Date.now();
    const r = await explore(await filingWorld(options));
    process.stderr.write(`${options.name}: ${JSON.stringify(r)} ${Date.now() - started} ms\n`);
    expect(r.states).toBeGreaterThan(50);
  });
});
