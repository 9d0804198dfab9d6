import type { Filing } from './message.ts';

/** What of a filing says where it lies. */
type PlacedFiling = Pick<Filing, 'mailboxId' | 'originFolder' | 'folder' | 'removedAt' | 'mergedInto'>;

/** The longest chain of filings merged into each other that is followed. */
const MAX_MERGES = 100;

/**
 * The filing that shows the message for this one: itself, or what it was merged into, whatever became of that. `undefined`
 * where somebody removed the message from that folder. `filings` are those of the message, of any mailbox.
 */
export function shownBy<Placed extends PlacedFiling>(filing: Placed, filings: readonly Placed[]): Placed | undefined {
  let shown: Placed | undefined = filing;
  for (let merges = 0; shown && merges < MAX_MERGES; merges += 1) {
    if (shown.removedAt === undefined) return shown;
    const { mailboxId, mergedInto }: Placed = shown;
    if (mergedInto === undefined) return undefined;
    shown = filings.find((other) => other.mailboxId === mailboxId && other.originFolder === mergedInto);
  }
  return undefined;
}

/**
 * The filings that a message is seen through. One that was merged into another counts on, in the folder of that one: it
 * is still evidence of how the message came into the mailbox.
 */
export function presentFilings(filings: readonly Filing[]): readonly Filing[] {
  return filings.flatMap((filing) => {
    const shown = shownBy(filing, filings);
    return shown ? [shown === filing ? filing : { ...filing, folder: shown.folder }] : [];
  });
}

/** Whether this filing says that access to its message is restricted, removed or not; one that does speaks for all. */
export function isRestricted({ restrictedBy = [] }: Pick<Filing, 'restrictedBy'>): boolean {
  return restrictedBy.length > 0;
}

/** Those among filings of one mailbox that stand in its lists, one row each: neither removed nor merged. */
export function listedFilings<Placed extends PlacedFiling>(filings: readonly Placed[]): readonly Placed[] {
  return filings.filter(({ removedAt }) => removedAt === undefined);
}

/**
 * The one of several filings in a folder that stays, whoever asks: the first by its origin. As all agree, no two are ever
 * merged into each other.
 */
export function survivorOf<Placed extends PlacedFiling>(filings: readonly Placed[]): Placed | undefined {
  return filings.toSorted((a, b) => (a.originFolder < b.originFolder ? -1 : 1))[0];
}
