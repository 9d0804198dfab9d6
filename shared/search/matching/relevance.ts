import type { FieldName } from '../field.ts';
import type { TextPattern } from '../tokens/term-pattern.ts';
import type { DocumentSet } from './document-set.ts';
import { inFields, type SeenDocuments } from './match-segment.ts';
import { matchWords } from './match-text.ts';
import type { TextPlan } from './plan.ts';
import type { SearchStatistics } from './results.ts';
import type { SegmentLookup } from './segment-lookup.ts';
import { isSeen, sightOfPrivate } from './sight.ts';

/** BM25 (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009), with its usual constants. */
const K1 = 1.2;
const B = 0.75;
/** How often a word counts that stands once in a field. */
const WEIGHTS: Partial<Record<FieldName, number>> = { subject: 3, from: 2, to: 2, filename: 2 };

/**
 * How many of the segment's messages there are, how many words they have, and how many have each clause; only what is
 * seen of them counts.
 */
export async function statisticsOf(
  lookup: SegmentLookup,
  clauses: readonly (TextPlan | undefined)[],
  seen: SeenDocuments,
): Promise<SearchStatistics> {
  const frequencies: number[] = [];
  for (const clause of clauses) {
    if (!clause) {
      frequencies.push(0);
      continue;
    }
    const found = await inFields(clause.fields, seen, seen.documents, (fields, within) =>
      matchWords(lookup, clause.pattern, fields, within),
    );
    frequencies.push(found.size);
  }
  return { documents: seen.documents.size, words: wordsOf(lookup, seen), frequencies };
}

/** The score of each of `documents` (ascending), the same wherever and whenever it is computed with the same statistics. */
export async function scoresOf(
  lookup: SegmentLookup,
  clauses: readonly (TextPlan | undefined)[],
  seen: SeenDocuments,
  statistics: SearchStatistics,
  documents: Uint32Array,
): Promise<Float64Array> {
  const scores = new Float64Array(documents.length);
  const norms = lengthNorms(lookup, seen, statistics, documents);
  const slots = slotsOf(lookup, documents, undefined);
  const openSlots = seen.closed ? slotsOf(lookup, documents, seen.closed) : slots;
  for (const [n, clause] of clauses.entries()) {
    if (!clause) continue;
    const counts = new Float64Array(documents.length);
    for (const field of clause.fields) {
      const isOpen = isSeen(field, sightOfPrivate(seen.visibility), seen.visibility.hiddenBcc);
      await addCounts(lookup, clause.pattern, field, isOpen ? slots : openSlots, counts, WEIGHTS[field] ?? 1);
    }
    const frequency = Math.min(statistics.frequencies[n] ?? 0, statistics.documents);
    const rarity = Math.log(1 + (statistics.documents - frequency + 0.5) / (frequency + 0.5));
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number;
      if (count > 0)
        scores[i] = (scores[i] as number) + (rarity * count * (K1 + 1)) / (count + K1 * (norms[i] as number));
    }
  }
  return scores;
}

/** Where each message of the segment is in `documents`; -1 for the others, and for those left out. */
function slotsOf(
  { documentCount }: SegmentLookup,
  documents: Uint32Array,
  leftOut: DocumentSet | undefined,
): Int32Array {
  const slots = new Int32Array(documentCount).fill(-1);
  for (let n = 0; n < documents.length; n++) {
    const document = documents[n] as number;
    if (!leftOut?.has(document)) slots[document] = n;
  }
  return slots;
}

/**
 * Adds how often the pattern stands in the field of each message, times `weight`: of words that belong together, the
 * one that stands least often counts.
 */
async function addCounts(
  lookup: SegmentLookup,
  pattern: TextPattern,
  field: FieldName,
  slots: Int32Array,
  counts: Float64Array,
  weight: number,
): Promise<void> {
  switch (pattern.kind) {
    case 'nothing':
      return;
    case 'any':
      for (const part of pattern.of) await addCounts(lookup, part, field, slots, counts, weight);
      return;
    case 'term':
      for (const entry of await lookup.entries(pattern.pattern, field)) {
        const postings = await lookup.segment.postings(entry, field);
        if (!postings) continue;
        const { documents, frequencies } = postings;
        for (let i = 0; i < documents.length; i++) {
          const slot = slots[documents[i] as number] as number;
          if (slot >= 0) counts[slot] = (counts[slot] as number) + weight * (frequencies[i] as number);
        }
      }
      return;
    default: {
      const parts: readonly TextPattern[] =
        pattern.kind === 'all' ? pattern.of : pattern.steps.map((step) => ({ kind: 'term', pattern: step.pattern }));
      const least = new Float64Array(counts.length).fill(Infinity);
      for (const part of parts) {
        if (part.kind === 'term' && (await lookup.frequency(part.pattern, [field])) === 0) return;
        const inPart = new Float64Array(counts.length);
        await addCounts(lookup, part, field, slots, inPart, weight);
        for (let i = 0; i < least.length; i++) least[i] = Math.min(least[i] as number, inPart[i] as number);
      }
      for (let i = 0; i < least.length; i++) counts[i] = (counts[i] as number) + (least[i] as number);
    }
  }
}

/** How a long text makes each word in it count for less. Of a text that is not seen the length is not either. */
function lengthNorms(
  { columns }: SegmentLookup,
  seen: SeenDocuments,
  statistics: SearchStatistics,
  documents: Uint32Array,
) {
  const norms = new Float64Array(documents.length).fill(1);
  const average = statistics.words / Math.max(1, statistics.documents);
  if (seen.visibility.sight !== 'all' || average === 0) return norms;
  for (let i = 0; i < documents.length; i++) {
    const document = documents[i] ?? 0;
    if (seen.closed?.has(document)) continue;
    norms[i] = 1 - B + (B * (columns.lengths[document] ?? 0)) / average;
  }
  return norms;
}

function wordsOf({ columns: { lengths } }: SegmentLookup, { documents, closed, visibility }: SeenDocuments): number {
  if (visibility.sight !== 'all') return 0;
  const open = closed ? documents.without(closed) : documents;
  const isAll = open.size === lengths.length;
  let words = 0;
  for (let n = 0; n < lengths.length; n++) if (isAll || open.has(n)) words += lengths[n] as number;
  return words;
}
