import { describe, expect, test } from 'vitest';
import { explore } from './explorer.ts';
import { filingWorld, type WorldOptions } from './filing-world.ts';
import { first, letterOne, letterTwo, other, same, sameAgain } from './world-mail.ts';

const dying = { crashes: 1 };

/**
 * What each world is for was found by breaking the use cases on purpose; these are the breaks that fail it.
 *
 * - Any of filing with a crash: the log or the marks after the ledger, intake deleted before the ledger.
 * - Two renditions: a retry that sees another outcome than its first attempt.
 * - These and the same bytes twice: the ledger entry that step 1 looks for put before the others.
 * - Any of filing for another mailbox beside a purge: a tombstone that lists the objects found instead of the
 *   filings decided on; no second look at the record after the filings (step 6); filings read before `purging`.
 *   Where nothing is held, also a tombstone that filing does not heed.
 * - A purge that dies: a commit whose storage failed counted as another purge's.
 * - Two purges: `purging` or the commit not bound to the version.
 * - A held mailbox: bytes deleted before the commit (beside two purges, and beside one that dies).
 * - Another mailbox meanwhile: today's filings instead of the stored ones; with the same bytes also an own
 *   object that a retry does not look for.
 */
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
  {
    name: 'two messages with one attachment, each dying once',
    arrivals: [
      { ...letterOne, ...dying },
      { ...letterTwo, ...dying },
    ],
  },
  {
    name: 'a message that dies beside the purge of another one with its attachment',
    before: [letterOne],
    arrivals: [{ ...letterTwo, ...dying }],
    purged: [letterOne],
    purges: 1,
  },
  {
    name: 'a message beside the purge, which dies, of another one with its attachment',
    before: [letterOne],
    arrivals: [letterTwo],
    purged: [letterOne],
    purges: 1,
    purgeCrashes: 1,
  },
  {
    name: 'two purges, each dying, of the messages that share an attachment',
    before: [letterOne, letterTwo],
    arrivals: [],
    purged: [letterOne, letterTwo],
    purges: 1,
    purgeCrashes: 1,
  },
  {
    name: 'a message with an attachment that dies beside its own purge',
    arrivals: [{ ...letterOne, ...dying }],
    purges: 1,
  },
];

/**
 * Since purges delete what the tables have of a message, the largest worlds take half a minute on a machine that does
 * other things.
 */
const TIMEOUT_MS = 120_000;

describe('filing × filing × purge × crash: no schedule loses an acknowledged arrival', () => {
  test.each(worlds)(
    '$name',
    async (options) => {
      const { states, ends, hasCrashed } = await explore(await filingWorld(options));
      expect(states).toBeGreaterThan(200);
      expect(ends.size).toBeGreaterThan(0);
      expect(hasCrashed).toBe(
        [...options.arrivals, { crashes: options.purgeCrashes ?? 0 }].some((one) => one.crashes > 0),
      );
    },
    TIMEOUT_MS,
  );
});
