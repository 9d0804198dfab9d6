import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownBy } from '../../../shared/domain/filing-place.ts';
import { type PlannedFiling, planFilings } from '../../../shared/domain/plan-filings.ts';

const FOLDERS = ['Inbox', 'Sent', 'Work', 'Work/2026', 'Archive'];
const AT = '2026-03-01T00:00:00.000Z';

/** A mailbox of one message, as moving and putting change it. */
class ModelFilings {
  filings: PlannedFiling[];

  constructor(filings: readonly PlannedFiling[]) {
    this.filings = [...filings];
  }

  move(originFolder: string, folder: string): void {
    this.#change(originFolder, ({ removedAt: _removed, mergedInto: _merged, ...rest }) => ({
      ...rest,
      folder,
      ...bySync,
    }));
    const there = this.shown().filter((filing) => filing.folder === folder);
    const [stays, ...others] = there.toSorted((a, b) => (a.originFolder < b.originFolder ? -1 : 1));
    if (!stays) throw new Error('nothing was moved');
    for (const other of others) {
      this.#change(other.originFolder, (filing) => ({ ...filing, removedAt: AT, mergedInto: stays.originFolder }));
    }
  }

  put(folder: string): void {
    let origin = folder;
    for (let nth = 2; this.filings.some(({ originFolder }) => originFolder === origin); nth += 1) {
      origin = `${folder}#${nth}`;
    }
    this.filings.push({ mailboxId: 'mb', originFolder: origin, folder });
  }

  shown(): readonly PlannedFiling[] {
    return this.filings.filter(({ removedAt }) => removedAt === undefined);
  }

  folders(): readonly string[] {
    return this.shown().map(({ folder }) => folder);
  }

  #change(originFolder: string, change: (filing: PlannedFiling) => PlannedFiling): void {
    this.filings = this.filings.map((filing) => (filing.originFolder === originFolder ? change(filing) : filing));
  }
}

function filing(originFolder: string, folder = originFolder, change: Partial<PlannedFiling> = {}): PlannedFiling {
  return { mailboxId: 'mb', originFolder, folder, ...change };
}

const byUser = { moved: { by: { kind: 'user', userId: 'u' }, at: AT } } as const;
const bySync = { moved: { by: { kind: 'sync', profileId: 'p' }, at: AT } } as const;

describe('planFilings', () => {
  const cases: {
    readonly name: string;
    readonly filings: readonly PlannedFiling[];
    readonly wanted: readonly string[];
    readonly conflicts?: 'live' | 'archive';
    readonly moves?: readonly (readonly [string, string])[];
    readonly puts?: readonly string[];
  }[] = [
    { name: 'moves from the default folder', filings: [filing('Inbox')], wanted: ['Work'], moves: [['Inbox', 'Work']] },
    { name: 'leaves alone what lies where it belongs', filings: [filing('Inbox', 'Work')], wanted: ['Work'] },
    { name: 'leaves alone what has no live place', filings: [filing('Inbox')], wanted: [] },
    {
      name: 'files a message in each of its folders',
      filings: [filing('Inbox')],
      wanted: ['Work', 'Inbox'],
      puts: ['Work'],
    },
    {
      name: 'moves the filing that is not wanted any more rather than putting another',
      filings: [filing('Inbox'), filing('Sent')],
      wanted: ['Sent', 'Work'],
      moves: [['Inbox', 'Work']],
    },
    {
      name: 'merges what is left over',
      filings: [filing('Inbox'), filing('Sent')],
      wanted: ['Inbox'],
      moves: [['Sent', 'Inbox']],
    },
    {
      name: 'shows a merged filing again',
      filings: [filing('Inbox'), filing('Sent', 'Inbox', { removedAt: AT, mergedInto: 'Inbox' })],
      wanted: ['Inbox', 'Sent'],
      moves: [['Sent', 'Sent']],
    },
    {
      name: 'never brings back what somebody removed',
      filings: [filing('Inbox', 'Inbox', { removedAt: AT })],
      wanted: ['Work'],
    },
    {
      name: 'leaves a folder alone from which somebody removed it',
      filings: [filing('Inbox', 'Work', { removedAt: AT }), filing('Sent')],
      wanted: ['Work', 'Sent'],
    },
    {
      name: 'moves back what a user moved, where the live mailbox wins',
      filings: [filing('Inbox', 'Mine', byUser)],
      wanted: ['Inbox'],
      moves: [['Inbox', 'Inbox']],
    },
    {
      name: 'leaves what a user moved, where the archive wins',
      filings: [filing('Inbox', 'Mine', byUser)],
      wanted: ['Work'],
      conflicts: 'archive',
    },
    {
      name: 'lets what a user moved stand for one folder only',
      filings: [filing('Inbox', 'Mine', byUser)],
      wanted: ['Inbox', 'Work'],
      conflicts: 'archive',
      puts: ['Work'],
    },
    {
      name: 'lets what a user moved to one folder twice stand for one folder only',
      filings: [filing('Inbox', 'Mine', byUser), filing('Sent'), filing('Work', 'Mine', byUser)],
      wanted: ['Archive', 'Work'],
      conflicts: 'archive',
      moves: [['Sent', 'Archive']],
    },
    {
      name: 'moves what the sync itself moved before, whoever wins',
      filings: [filing('Inbox', 'Work', bySync)],
      wanted: ['Inbox'],
      conflicts: 'archive',
      moves: [['Inbox', 'Inbox']],
    },
  ];
  test.each(cases)('$name', ({ filings, wanted, conflicts = 'live', moves = [], puts = [] }) => {
    const plan = planFilings(filings, wanted, { conflicts });
    expect(plan.moves.map(({ originFolder, folder }) => [originFolder, folder])).toEqual(moves);
    expect(plan.puts).toEqual(puts);
  });

  const origins = ['Inbox', 'Sent', 'Work', 'Archive'];
  const arbitraryFilings = fc
    .tuple(
      ...origins.map(() =>
        fc.option(
          fc.record({
            folder: fc.constantFrom(...FOLDERS),
            fate: fc.constantFrom('shown', 'shown', 'merged', 'removed'),
            byUser: fc.boolean(),
          }),
        ),
      ),
    )
    .map((drawn) => {
      const shown = origins.filter((_, index) => drawn[index]?.fate === 'shown');
      return drawn.flatMap((one, index) => {
        const originFolder = origins[index] ?? '';
        if (!one || (one.fate === 'merged' && shown.length === 0)) return [];
        const fate = {
          shown: {},
          merged: { removedAt: AT, mergedInto: shown[0] ?? '' },
          removed: { removedAt: AT },
        }[one.fate];
        return [filing(originFolder, one.folder, { ...fate, ...(one.byUser ? byUser : {}) })];
      });
    });
  const arbitraryWanted = fc.uniqueArray(fc.constantFrom(...FOLDERS));

  function carriedOut(filings: readonly PlannedFiling[], wanted: readonly string[], conflicts: 'live' | 'archive') {
    const model = new ModelFilings(filings);
    const plan = planFilings(filings, wanted, { conflicts });
    for (const { originFolder, folder } of plan.moves) model.move(originFolder, folder);
    for (const folder of plan.puts) model.put(folder);
    return model;
  }

  test('covers exactly the wanted folders that nobody removed the message from, where the live mailbox wins', () => {
    fc.assert(
      fc.property(arbitraryFilings, arbitraryWanted, (filings, wanted) => {
        const after = carriedOut(filings, wanted, 'live');
        const removed = filings.filter((one) => !shownBy(one, filings));
        const closed = new Set(removed.flatMap(({ folder, originFolder }) => [folder, originFolder]));
        const open = wanted.filter((folder) => !closed.has(folder));
        const isSeen = filings.some(({ removedAt }) => removedAt === undefined);
        if (!isSeen || open.length === 0) expect(after.filings).toEqual(filings);
        else expect(after.folders().toSorted()).toEqual(open.toSorted());
      }),
    );
  });

  test.each(['live', 'archive'] as const)(
    'loses nothing, revives nothing, and has nothing left to do (%s)',
    (conflicts) => {
      fc.assert(
        fc.property(arbitraryFilings, arbitraryWanted, (filings, wanted) => {
          const after = carriedOut(filings, wanted, conflicts);
          expect(planFilings(after.filings, wanted, { conflicts })).toEqual({ moves: [], puts: [] });
          const wasSeen = filings.some(({ removedAt }) => removedAt === undefined);
          expect(after.shown().length > 0).toBe(wasSeen);
          for (const one of filings) {
            const now = after.filings.find(({ originFolder }) => originFolder === one.originFolder);
            expect(now).toBeDefined();
            if (!shownBy(one, filings)) expect(now).toEqual(one);
          }
        }),
      );
    },
  );

  test('never moves what a user moved, where the archive wins', () => {
    fc.assert(
      fc.property(arbitraryFilings, arbitraryWanted, (filings, wanted) => {
        const pinned = filings.filter(({ moved, removedAt }) => moved && removedAt === undefined);
        const { moves } = planFilings(filings, wanted, { conflicts: 'archive' });
        for (const { originFolder } of pinned) {
          expect(moves.map((move) => move.originFolder)).not.toContain(originFolder);
        }
      }),
    );
  });
});
