import type { FieldName } from '../field.ts';
import type { TermEntry } from '../segments/segment.ts';
import type { TermPattern, TextPattern } from '../tokens/term-pattern.ts';
import type { SegmentLookup } from './segment-lookup.ts';

/**
 * Where something stands in a field of some messages: those of the n-th message are at `starts[n] <= i < starts[n + 1]`,
 * from the position of the first word to that of the last, ascending by the first.
 */
export interface Occurrences {
  readonly starts: Uint32Array;
  readonly firsts: Uint32Array;
  readonly lasts: Uint32Array;
}

/**
 * Where `pattern` stands in the field of each of `documents` (ascending); empty for those that do not have it.
 * `haveWords` where all of them are known to have its words in the field, which spares looking.
 */
export async function occurrencesOf(
  lookup: SegmentLookup,
  pattern: TextPattern,
  field: FieldName,
  documents: Uint32Array,
  haveWords = false,
): Promise<Occurrences> {
  switch (pattern.kind) {
    case 'term':
      return termOccurrences(lookup, pattern.pattern, field, documents, haveWords);
    case 'phrase':
      return phraseOccurrences(lookup, pattern.steps, field, documents, haveWords);
    case 'any':
    case 'all': {
      const parts: Occurrences[] = [];
      for (const part of pattern.of) parts.push(await occurrencesOf(lookup, part, field, documents));
      const isNeeded = (n: number) => pattern.kind === 'any' || parts.every((part) => countOf(part, n) > 0);
      return merged(parts, documents.length, isNeeded);
    }
    case 'nothing':
      return merged([], documents.length, () => false);
  }
}

/** How many the n-th message has. */
export function countOf({ starts }: Occurrences, n: number): number {
  return (starts[n + 1] ?? 0) - (starts[n] ?? 0);
}

async function termOccurrences(
  lookup: SegmentLookup,
  pattern: TermPattern,
  field: FieldName,
  documents: Uint32Array,
  haveWords: boolean,
): Promise<Occurrences> {
  const parts: Occurrences[] = [];
  const entries = await lookup.entries(pattern, field);
  const [onlyEntry] = entries;
  if (haveWords && entries.length === 1 && onlyEntry) return positionsOf(lookup, onlyEntry, field, documents);
  for (const entry of entries) {
    if (!lookup.mayReadPositions) break;
    const postings = await lookup.segment.postings(entry, field);
    const slots = sharedSlots(documents, postings?.documents ?? NO_DOCUMENTS);
    if (slots.length > 0) parts.push(await positionsAt(lookup, entry, field, documents, slots));
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : merged(parts, documents.length, () => true);
}

const NO_DOCUMENTS = new Uint32Array(0);

async function positionsOf(
  lookup: SegmentLookup,
  entry: TermEntry,
  field: FieldName,
  documents: Uint32Array,
): Promise<Occurrences> {
  const { starts, values } = await lookup.segment.positions(entry, field, documents);
  lookup.spend(values.length + documents.length);
  return { starts, firsts: values, lasts: values };
}

/** The same where only those of `documents` at `slots` have the word. */
async function positionsAt(
  lookup: SegmentLookup,
  entry: TermEntry,
  field: FieldName,
  documents: Uint32Array,
  slots: Uint32Array,
): Promise<Occurrences> {
  if (slots.length === documents.length) return positionsOf(lookup, entry, field, documents);
  const asked = slots.map((slot) => documents[slot] as number);
  const { starts, firsts, lasts } = await positionsOf(lookup, entry, field, asked);
  const spread = new Uint32Array(documents.length + 1);
  for (let n = 0, next = 0; n < documents.length; n++) {
    if (slots[next] === n) next++;
    spread[n + 1] = starts[next] as number;
  }
  return { starts: spread, firsts, lasts };
}

async function phraseOccurrences(
  lookup: SegmentLookup,
  steps: readonly { readonly pattern: TermPattern; readonly offset: number }[],
  field: FieldName,
  documents: Uint32Array,
  haveWords: boolean,
): Promise<Occurrences> {
  const rarity = new Map<TermPattern, number>();
  for (const { pattern } of steps) rarity.set(pattern, await lookup.frequency(pattern, [field]));
  const ordered = [...steps].sort((a, b) => (rarity.get(a.pattern) ?? 0) - (rarity.get(b.pattern) ?? 0));
  const length = steps.reduce((last, { offset }) => Math.max(last, offset), 0);
  let left = documents;
  let found: Anchors | undefined;
  for (const { pattern, offset } of ordered) {
    const { starts, firsts } = await termOccurrences(lookup, pattern, field, left, haveWords);
    const step = { starts, firsts, offset };
    if (found) [left, found] = joined(left, found, step);
    else found = step;
    if (left.length === 0) break;
  }
  const starts = new Uint32Array(documents.length + 1);
  for (let n = 0, next = 0; n < documents.length; n++) {
    if (left[next] === documents[n]) next++;
    starts[n + 1] = found?.starts[next] ?? 0;
  }
  const firsts = found?.firsts ?? NO_DOCUMENTS;
  return { starts, firsts, lasts: firsts.map((first) => first + length) };
}

/** Where a phrase can begin: `offset` before each of `firsts`. */
interface Anchors {
  readonly starts: Uint32Array;
  readonly firsts: Uint32Array;
  readonly offset: number;
}

/** The messages, and where in them the phrase can begin, that both steps allow. */
function joined(documents: Uint32Array, a: Anchors, b: Anchors): [Uint32Array, Anchors] {
  const kept = new Uint32Array(documents.length);
  const starts = new Uint32Array(documents.length + 1);
  const firsts = new Uint32Array(Math.min(a.firsts.length, b.firsts.length));
  const [firstsA, firstsB, offsetA, apart] = [a.firsts, b.firsts, a.offset, b.offset - a.offset];
  let messages = 0;
  let length = 0;
  for (let n = 0; n < documents.length; n++) {
    const lengthBefore = length;
    let [i, j] = [a.starts[n] as number, b.starts[n] as number];
    const [endA, endB] = [a.starts[n + 1] as number, b.starts[n + 1] as number];
    while (i < endA && j < endB) {
      const wanted = (firstsA[i] as number) + apart;
      const found = firstsB[j] as number;
      if (found < wanted) j++;
      else if (found > wanted) i++;
      else {
        const anchor = (firstsA[i++] as number) - offsetA;
        // Two words at one position (a number and its joined form) begin one phrase; none begins before its text.
        const isKnown = length > lengthBefore && firsts[length - 1] === anchor;
        if (anchor >= 0 && !isKnown) firsts[length++] = anchor;
      }
    }
    if (length === lengthBefore) continue;
    kept[messages++] = documents[n] as number;
    starts[messages] = length;
  }
  const anchors = { starts: starts.subarray(0, messages + 1), firsts: firsts.subarray(0, length), offset: 0 };
  return [kept.subarray(0, messages), anchors];
}

/** All of these, in order, each place once, for the messages that need them. */
function merged(parts: readonly Occurrences[], documentCount: number, isNeeded: (n: number) => boolean): Occurrences {
  const most = parts.reduce((sum, { firsts }) => sum + firsts.length, 0);
  const [starts, firsts, lasts] = [new Uint32Array(documentCount + 1), new Uint32Array(most), new Uint32Array(most)];
  let length = 0;
  for (let n = 0; n < documentCount; n++) {
    const from = length;
    if (isNeeded(n)) {
      for (const part of parts) {
        for (let i = part.starts[n] ?? 0; i < (part.starts[n + 1] ?? 0); i++) {
          firsts[length] = part.firsts[i] ?? 0;
          lasts[length++] = part.lasts[i] ?? 0;
        }
      }
      if (parts.length > 1) length = from + sortPlaces(firsts, lasts, from, length);
    }
    starts[n + 1] = length;
  }
  return { starts, firsts: firsts.subarray(0, length), lasts: lasts.subarray(0, length) };
}

/** Sorts the places from `from` to before `to` and drops repeats; answers how many are left. */
function sortPlaces(firsts: Uint32Array, lasts: Uint32Array, from: number, to: number): number {
  if (to - from < 2) return to - from;
  // Both as one number: positions and lengths of phrases together stay below 2 ** 53.
  const places = new Float64Array(to - from);
  for (let i = from; i < to; i++) places[i - from] = (firsts[i] ?? 0) * LENGTHS + ((lasts[i] ?? 0) - (firsts[i] ?? 0));
  places.sort();
  let length = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    if (i > 0 && place === places[i - 1]) continue;
    const first = Math.floor(place / LENGTHS);
    firsts[from + length] = first;
    lasts[from + length++] = first + (place % LENGTHS);
  }
  return length;
}

const LENGTHS = 2 ** 20;

/** Which of `documents` are in `others` too, by their number in `documents`. Both ascending. */
function sharedSlots(documents: Uint32Array, others: Uint32Array): Uint32Array {
  const slots = new Uint32Array(Math.min(documents.length, others.length));
  let length = 0;
  let low = 0;
  for (let n = 0; n < documents.length && low < others.length; n++) {
    const document = documents[n] ?? 0;
    low = firstAtLeast(others, document, low);
    if (others[low] === document) slots[length++] = n;
  }
  return slots.subarray(0, length);
}

/**
 * The first place at or after `from` that holds at least `value`, by steps that double: near places are found at once,
 * far ones soon.
 */
function firstAtLeast(values: Uint32Array, value: number, from: number): number {
  let step = 1;
  let low = from;
  while (low + step < values.length && (values[low + step] ?? 0) < value) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, values.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
