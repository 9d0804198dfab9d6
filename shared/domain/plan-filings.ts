import { shownBy } from './filing-place.ts';
import type { Filing } from './message.ts';

/** What of a filing decides where it goes. */
export type PlannedFiling = Pick<
  Filing,
  'mailboxId' | 'originFolder' | 'folder' | 'removedAt' | 'mergedInto' | 'moved'
>;

/** What has to be done so that a message lies where it belongs: the moves first, in their order. */
export interface FilingPlan {
  /** A merged filing that is moved shows the message again; one that is moved to where another lies merges with it. */
  readonly moves: readonly { readonly originFolder: string; readonly folder: string }[];
  /** Folders that need a further filing. */
  readonly puts: readonly string[];
}

const NOTHING: FilingPlan = { moves: [], puts: [] };

/**
 * Plans how the filings of a message in one mailbox come to lie in exactly the `wanted` folders (each once): first
 * those that lie elsewhere move, then merged ones come back, then further ones are put; what is left over merges.
 * Nothing is removed: the message is seen in the mailbox as before. Once the plan is carried out, there is nothing more
 * to do.
 *
 * Filings are all of one mailbox. A folder from which somebody removed the message is left alone, and a message that
 * was removed altogether stays so. Where the archive wins conflicts, what a user moved stays, in the place of a wanted
 * folder.
 */
export function planFilings(
  filings: readonly PlannedFiling[],
  wanted: readonly string[],
  { conflicts }: { readonly conflicts: 'live' | 'archive' },
): FilingPlan {
  const byOrigin = filings.toSorted((a, b) => (a.originFolder < b.originFolder ? -1 : 1));
  const shown = byOrigin.filter(({ removedAt }) => removedAt === undefined);
  const removed = byOrigin.filter((filing) => !shownBy(filing, filings));
  const closed = new Set(removed.flatMap(({ folder, originFolder }) => [folder, originFolder]));
  const open = [...new Set(wanted)].filter((folder) => !closed.has(folder)).toSorted();
  if (shown.length === 0 || open.length === 0) return NOTHING;
  // Where a user moved it to another filing of the message, the one that stays is the user's choice as well.
  const chosen = filings.filter(({ moved }) => conflicts === 'archive' && moved?.by.kind === 'user');
  const pinned = new Set(chosen.map((filing) => shownBy(filing, filings)));
  const free = byOrigin.filter((filing) => !removed.includes(filing) && !chosen.includes(filing));
  return new Planning(
    free,
    shown,
    shown.filter((filing) => pinned.has(filing)),
  ).plan(open);
}

class Planning {
  /** What may be moved, merged filings too. */
  readonly #free: readonly PlannedFiling[];
  readonly #shown: readonly PlannedFiling[];
  readonly #pinned: ReadonlySet<PlannedFiling>;
  /** Which filing stands for a wanted folder. */
  readonly #kept = new Map<string, PlannedFiling>();
  readonly #moves = new Map<string, string>();
  readonly #puts: string[] = [];

  constructor(free: readonly PlannedFiling[], shown: readonly PlannedFiling[], pinned: readonly PlannedFiling[]) {
    this.#free = free;
    this.#shown = shown;
    this.#pinned = new Set(pinned);
  }

  plan(wanted: readonly string[]): FilingPlan {
    for (const folder of wanted) {
      const there = this.#shown.filter((filing) => filing.folder === folder);
      const keeper = there.find((filing) => this.#pinned.has(filing)) ?? there[0];
      if (keeper) this.#kept.set(folder, keeper);
    }
    this.#standIn(wanted);
    const spare = this.#shown.filter((filing) => !this.#isKept(filing) && !this.#pinned.has(filing));
    for (const folder of wanted) if (!this.#kept.has(folder)) this.#cover(folder, spare);
    const [into = ''] = [...this.#kept.values()].map((filing) => this.#folderOf(filing));
    for (const filing of spare) this.#moves.set(filing.originFolder, into);
    const moves = [...this.#moves].map(([originFolder, folder]) => ({ originFolder, folder }));
    return { moves, puts: this.#puts };
  }

  /** What users moved stands for a folder that would want it back: the one it came to first, if that is wanted. */
  #standIn(wanted: readonly string[]): void {
    const isFree = (folder: string) => wanted.includes(folder) && !this.#kept.has(folder);
    const [own, others] = [true, false].map((isOwn) =>
      [...this.#pinned].filter(({ originFolder }) => isFree(originFolder) === isOwn),
    );
    // Those that lie in one folder are seen as one, and become one as soon as a move meets them.
    const seen = new Set([...this.#kept.values()].map(({ folder }) => folder));
    const away = [...(own ?? []), ...(others ?? [])].filter((filing) => {
      if (this.#isKept(filing) || seen.has(filing.folder)) return false;
      return seen.add(filing.folder);
    });
    for (const filing of away.filter(({ originFolder }) => isFree(originFolder))) {
      this.#kept.set(filing.originFolder, filing);
    }
    for (const filing of away.filter((one) => !this.#isKept(one))) {
      const folder = wanted.find(isFree);
      if (folder !== undefined) this.#kept.set(folder, filing);
    }
  }

  /** Sees to it that a filing comes to lie in a folder. */
  #cover(folder: string, spare: PlannedFiling[]): void {
    const own = this.#free.find(({ originFolder }) => originFolder === folder);
    const ownAt = own ? spare.indexOf(own) : -1;
    const [next] = spare.splice(Math.max(ownAt, 0), 1);
    const filing = next ?? this.#merged(own);
    if (!filing) {
      this.#puts.push(folder);
      return;
    }
    this.#kept.set(folder, filing);
    this.#moves.set(filing.originFolder, folder);
  }

  #merged(own: PlannedFiling | undefined): PlannedFiling | undefined {
    const free = this.#free.filter(
      ({ mergedInto, originFolder }) => mergedInto !== undefined && !this.#moves.has(originFolder),
    );
    return own && free.includes(own) ? own : free[0];
  }

  #isKept(filing: PlannedFiling): boolean {
    return [...this.#kept.values()].includes(filing);
  }

  #folderOf({ originFolder, folder }: PlannedFiling): string {
    return this.#moves.get(originFolder) ?? folder;
  }
}
