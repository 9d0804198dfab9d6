import type { FieldName } from '../field.ts';
import { TEXT_GAP } from '../segments/format.ts';
import type { TermEntry } from '../segments/segment.ts';
import type { TextPattern } from '../tokens/term-pattern.ts';
import { DocumentSet } from './document-set.ts';
import { POSITIONS_AT_ONCE } from './matching-limits.ts';
import { countOf, type Occurrences, occurrencesOf } from './occurrences.ts';
import type { SegmentLookup } from './segment-lookup.ts';

/** Those of `within` that have the pattern in one of the fields. */
export function matchText(
  lookup: SegmentLookup,
  pattern: TextPattern,
  fields: readonly FieldName[],
  within: DocumentSet,
): Promise<DocumentSet> {
  return match(lookup, pattern, fields, within, true);
}

/** Those of `within` that have the words of the pattern in one of the fields, wherever in it: without positions being read. */
export function matchWords(
  lookup: SegmentLookup,
  pattern: TextPattern,
  fields: readonly FieldName[],
  within: DocumentSet,
): Promise<DocumentSet> {
  return match(lookup, pattern, fields, within, false);
}

async function match(
  lookup: SegmentLookup,
  pattern: TextPattern,
  fields: readonly FieldName[],
  within: DocumentSet,
  inOrder: boolean,
): Promise<DocumentSet> {
  switch (pattern.kind) {
    case 'nothing':
      return within;
    case 'term':
      return within.and(await lookup.documents([pattern.pattern], fields));
    case 'any': {
      // Words of all fields go into one set: most of what is asked is a word in several forms, anywhere.
      const words = pattern.of.flatMap((part) => (part.kind === 'term' ? [part.pattern] : []));
      let found = within.and(await lookup.documents(words, fields));
      for (const part of pattern.of) {
        if (part.kind !== 'term') found = found.or(await match(lookup, part, fields, within, inOrder));
      }
      return found;
    }
    default: {
      let found = DocumentSet.none(lookup.documentCount);
      for (const field of fields) {
        const inField =
          pattern.kind === 'all'
            ? await matchAll(lookup, pattern.of, field, within, inOrder)
            : await matchPhrase(lookup, pattern, field, within, inOrder);
        if (inField.size > 0) found = found.or(inField);
      }
      return found;
    }
  }
}

async function matchAll(
  lookup: SegmentLookup,
  of: readonly TextPattern[],
  field: FieldName,
  within: DocumentSet,
  inOrder: boolean,
): Promise<DocumentSet> {
  let left = within;
  for (const part of of) {
    if (left.size === 0) break;
    left = await match(lookup, part, [field], left, inOrder);
  }
  return left;
}

async function matchPhrase(
  lookup: SegmentLookup,
  phrase: TextPattern & { readonly kind: 'phrase' },
  field: FieldName,
  within: DocumentSet,
  inOrder: boolean,
): Promise<DocumentSet> {
  const frequencies: number[] = [];
  for (const { pattern } of phrase.steps) {
    const frequency = await lookup.frequency(pattern, [field]);
    if (frequency === 0) return DocumentSet.none(lookup.documentCount);
    frequencies.push(frequency);
  }
  const rarestFirst = phrase.steps.map((_, n) => n).sort((a, b) => (frequencies[a] ?? 0) - (frequencies[b] ?? 0));
  let candidates = within;
  // A phrase may say the same word a hundred times.
  const done = new Set<readonly TermEntry[]>();
  for (const n of rarestFirst) {
    const step = phrase.steps[n];
    const terms = step && (await lookup.terms(step.pattern));
    if (!step || !terms || done.has(terms)) continue;
    candidates = candidates.and(await lookup.documents([step.pattern], [field]));
    if (candidates.size === 0) return candidates;
    done.add(terms);
  }
  if (!inOrder) return candidates;
  return decided(lookup, candidates, async (documents) => {
    const places = await occurrencesOf(lookup, phrase, field, documents, true);
    return (n) => countOf(places, n) > 0;
  });
}

/**
 * Those of `within` in which both stand in one text of one of the fields, at most `distance` words apart, without
 * sharing a word.
 */
export async function matchNear(
  lookup: SegmentLookup,
  [left, right]: readonly [TextPattern, TextPattern],
  distance: number,
  fields: readonly FieldName[],
  within: DocumentSet,
): Promise<DocumentSet> {
  let found = DocumentSet.none(lookup.documentCount);
  for (const field of fields) found = found.or(await matchNearIn(lookup, [left, right], distance, field, within));
  return found;
}

async function matchNearIn(
  lookup: SegmentLookup,
  [left, right]: readonly [TextPattern, TextPattern],
  distance: number,
  field: FieldName,
  within: DocumentSet,
): Promise<DocumentSet> {
  const candidates = await matchWords(lookup, right, [field], await matchWords(lookup, left, [field], within));
  return decided(lookup, candidates, async (documents) => {
    const lefts = await occurrencesOf(lookup, left, field, documents, left.kind !== 'any');
    const rights = await occurrencesOf(lookup, right, field, documents, right.kind !== 'any');
    return (n) => areNear(lefts, rights, n, Math.min(distance, TEXT_GAP - 1));
  });
}

/** Those of `candidates` that a closer look keeps, a part of them at a time. */
async function decided(
  lookup: SegmentLookup,
  candidates: DocumentSet,
  look: (documents: Uint32Array) => Promise<(n: number) => boolean>,
): Promise<DocumentSet> {
  const documents = candidates.documents();
  const kept = DocumentSet.none(lookup.documentCount);
  for (let from = 0; from < documents.length; from += POSITIONS_AT_ONCE) {
    if (!lookup.mayReadPositions) break;
    const part = documents.subarray(from, from + POSITIONS_AT_ONCE);
    const isKept = await look(part);
    for (let n = 0; n < part.length; n++) if (isKept(n)) kept.addOne(part[n] ?? 0);
  }
  return kept;
}

function areNear(lefts: Occurrences, rights: Occurrences, n: number, distance: number): boolean {
  return isFollowed(lefts, rights, n, distance) || isFollowed(rights, lefts, n, distance);
}

/** Whether one of `after` begins behind one of `before`, at most `distance` words on. */
function isFollowed(before: Occurrences, after: Occurrences, n: number, distance: number): boolean {
  const end = after.starts[n + 1] ?? 0;
  let next = after.starts[n] ?? 0;
  for (let i = before.starts[n] ?? 0; i < (before.starts[n + 1] ?? 0) && next < end; i++) {
    const [first, last] = [before.firsts[i] ?? 0, before.lasts[i] ?? 0];
    while (next < end && (after.firsts[next] ?? 0) <= first) next++;
    // Phrases may end behind the next one's beginning, so what this one overlaps is looked at again for the next.
    let at = next;
    while (at < end && (after.firsts[at] ?? 0) <= last) at++;
    if (at < end && (after.firsts[at] ?? 0) - last <= distance) return true;
  }
  return false;
}
