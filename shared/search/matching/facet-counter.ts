import type { SegmentColumns, ValueColumn } from '../segments/segment.ts';
import type { DocumentSet } from './document-set.ts';
import { firstBelow } from './match-filter.ts';
import type { SeenDocuments } from './match-segment.ts';
import {
  FACET_MONTHS_SHOWN,
  FACET_VALUES_SHOWN,
  MOST_FACET_VALUES,
  MOST_FACET_VALUES_HANDED_ON,
} from './matching-limits.ts';
import type { FacetCounts, FacetName } from './results.ts';
import { FACETS } from './results.ts';

/** Used again for each segment: how often each of its values was counted (all 0 in between), and which were. */
let scratch = { counts: new Uint32Array(1024), there: new Uint32Array(1024) };

/** Counts what was found by mailbox, folder, month, sender and type of attachment. */
export class FacetCounter {
  readonly #counts: { readonly [Name in FacetName]: Map<string, number> } = {
    mailbox: new Map(),
    folder: new Map(),
    month: new Map(),
    sender: new Map(),
    attachmentType: new Map(),
  };

  /** Counts these messages of one segment. What their attachments are is content. */
  add(mailboxId: string, columns: SegmentColumns, found: DocumentSet, { closed, visibility }: SeenDocuments): void {
    if (found.size === 0) return;
    this.#count('mailbox', mailboxId, found.size);
    this.#countMonths(columns.sortDates, found);
    const documents = found.documents();
    this.#countValues('folder', columns.folders, documents);
    this.#countValues('sender', columns.senders, documents);
    if (visibility.sight !== 'all') return;
    this.#countValues(
      'attachmentType',
      columns.attachmentTypes,
      closed ? found.without(closed).documents() : documents,
    );
  }

  /** Adds what was counted elsewhere. */
  addCounts(counts: FacetCounts): void {
    for (const name of FACETS) for (const [value, count] of counts[name]) this.#count(name, value, count);
  }

  /** What is handed on to be joined with others. */
  counts(): FacetCounts {
    const most = MOST_FACET_VALUES_HANDED_ON;
    const { mailbox, folder, month, sender, attachmentType } = this.#counts;
    return {
      mailbox: mostFrequent(mailbox, most),
      folder: mostFrequent(folder, most),
      month: [...month].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, most),
      sender: mostFrequent(sender, most),
      attachmentType: mostFrequent(attachmentType, most),
    };
  }

  #count(name: FacetName, value: string, count: number): void {
    const counts = this.#counts[name];
    const before = counts.get(value);
    if (before === undefined && counts.size >= MOST_FACET_VALUES) return;
    counts.set(value, (before ?? 0) + count);
  }

  #countValues(name: FacetName, { values, starts, ordinals }: ValueColumn, documents: Uint32Array): void {
    if (values.length > scratch.counts.length) {
      scratch = { counts: new Uint32Array(values.length * 2), there: new Uint32Array(values.length * 2) };
    }
    const { counts, there } = scratch;
    let length = 0;
    for (let n = 0; n < documents.length; n++) {
      const document = documents[n] as number;
      const end = starts[document + 1] as number;
      for (let i = starts[document] as number; i < end; i++) {
        const ordinal = ordinals[i] as number;
        const count = counts[ordinal] as number;
        if (count === 0) there[length++] = ordinal;
        counts[ordinal] = count + 1;
      }
    }
    for (let n = 0; n < length; n++) {
      const ordinal = there[n] as number;
      const value = values[ordinal];
      if (value) this.#count(name, value, counts[ordinal] as number);
      counts[ordinal] = 0;
    }
  }

  /** Messages of a month lie side by side. */
  #countMonths(sortDates: Float64Array, found: DocumentSet): void {
    let [document] = found.documents(0, 1);
    while (document !== undefined) {
      const date = new Date(sortDates[document] ?? 0);
      const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
      const end = Math.max(firstBelow(sortDates, month), document + 1);
      this.#count('month', date.toISOString().slice(0, 7), found.countIn(document, end));
      [document] = found.documents(end, 1);
    }
  }
}

/** The facets as they are shown: the most frequent values, the newest months. */
export function frequentFacets(counts: FacetCounts): FacetCounts {
  return {
    mailbox: counts.mailbox.slice(0, FACET_VALUES_SHOWN),
    folder: counts.folder.slice(0, FACET_VALUES_SHOWN),
    month: counts.month.slice(0, FACET_MONTHS_SHOWN),
    sender: counts.sender.slice(0, FACET_VALUES_SHOWN),
    attachmentType: counts.attachmentType.slice(0, FACET_VALUES_SHOWN),
  };
}

/** The most frequent values, so many at most. */
function mostFrequent(counts: ReadonlyMap<string, number>, most: number): [string, number][] {
  // Few of many are wanted: those above the least count that is, then as many of that one as there is room for.
  const ascending = Float64Array.from(counts.values()).sort();
  const least = ascending[Math.max(0, ascending.length - most)] ?? 0;
  return [...counts]
    .filter(([, count]) => count >= least)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, most);
}
