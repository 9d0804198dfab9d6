import type { FieldName } from '../field.ts';
import type { Postings, Segment, SegmentColumns, TermEntry } from '../segments/segment.ts';
import type { TermPattern, TextPattern } from '../tokens/term-pattern.ts';
import { DocumentSet } from './document-set.ts';
import { LEAST_TERMS, MOST_POSITIONS, MOST_TERMS, MOST_TERMS_OF_QUERY, POSTINGS_AT_ONCE } from './matching-limits.ts';
import type { Plan } from './plan.ts';
import type { SearchLimit } from './results.ts';

/** How many words of a segment each word of a query stands for, where it has so many. */
export function termsOfEach(patternCount: number): number {
  const share = Math.floor(MOST_TERMS_OF_QUERY / Math.max(1, patternCount));
  return Math.max(LEAST_TERMS, Math.min(MOST_TERMS, share));
}

/** Every pattern that a plan looks up. */
function patternsOf(plan: Plan): readonly TermPattern[] {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return plan.of.flatMap(patternsOf);
    case 'not':
      return patternsOf(plan.of);
    case 'text':
      return patternsIn(plan.pattern);
    case 'near':
      return [...patternsIn(plan.left), ...patternsIn(plan.right)];
    default:
      return [];
  }
}

function patternsIn(pattern: TextPattern): readonly TermPattern[] {
  if (pattern.kind === 'term') return [pattern.pattern];
  if (pattern.kind === 'phrase') return pattern.steps.map((step) => step.pattern);
  return pattern.kind === 'nothing' ? [] : pattern.of.flatMap(patternsIn);
}

/** Looks things up in one segment for one query, within limits. */
export class SegmentLookup {
  readonly segment: Segment;
  readonly columns: SegmentColumns;
  readonly documentCount: number;
  /** Those that cut something off. */
  readonly limits = new Set<SearchLimit>();
  readonly #mostTerms: number;
  readonly #terms = new Map<TermPattern | string, readonly TermEntry[]>();
  #positionsLeft = MOST_POSITIONS;

  /** `mostTerms`: how many words of the segment a word of the query stands for; see `termsOfEach`. */
  constructor(segment: Segment, columns: SegmentColumns, mostTerms: number) {
    this.segment = segment;
    this.columns = columns;
    this.documentCount = segment.documentCount;
    this.#mostTerms = mostTerms;
  }

  /** The words of the dictionary that match, looked up once: the same list for the same terms. */
  async terms(pattern: TermPattern): Promise<readonly TermEntry[]> {
    const key = pattern.kind === 'terms' ? pattern.terms.join('\0') : pattern;
    const known = this.#terms.get(key);
    if (known) return known;
    const terms = await this.segment.terms(pattern, this.#mostTerms + 1);
    if (terms.length > this.#mostTerms) this.limits.add('terms');
    this.#terms.set(key, terms);
    return terms;
  }

  /** How many messages have a matching word in one of the fields, those with several counted several times. */
  async frequency(pattern: TermPattern, fields: readonly FieldName[]): Promise<number> {
    let sum = 0;
    for (const entry of await this.terms(pattern)) {
      for (const place of entry.fields) if (fields.includes(place.field)) sum += place.documents;
    }
    return sum;
  }

  /** Those of the words that stand in the field. */
  async entries(pattern: TermPattern, field: FieldName): Promise<readonly TermEntry[]> {
    return (await this.terms(pattern)).filter(({ fields }) => fields.some((place) => place.field === field));
  }

  /** The messages that have a word in one of the fields that matches one of the patterns. */
  async documents(patterns: readonly TermPattern[], fields: readonly FieldName[]): Promise<DocumentSet> {
    const found = DocumentSet.none(this.documentCount);
    let underWay: Promise<Postings | undefined>[] = [];
    const addAll = async () => {
      const read = underWay.length === 1 ? [await underWay[0]] : await Promise.all(underWay);
      for (const postings of read) if (postings) found.add(postings.documents);
      underWay = [];
    };
    for (const pattern of patterns) {
      for (const entry of await this.terms(pattern)) {
        for (const { field } of entry.fields) {
          if (!fields.includes(field)) continue;
          underWay.push(this.segment.postings(entry, field));
          if (underWay.length === POSTINGS_AT_ONCE) await addAll();
        }
      }
    }
    if (underWay.length > 0) await addAll();
    return found;
  }

  /** Looks all words of a plan up at once, so that what is not in memory is waited for together. */
  async prepare(plan: Plan): Promise<void> {
    const patterns = patternsOf(plan);
    if (patterns.length > 1) await Promise.all(patterns.map((pattern) => this.terms(pattern)));
  }

  /** Whether positions may still be read. */
  get mayReadPositions(): boolean {
    if (this.#positionsLeft <= 0) this.limits.add('work');
    return this.#positionsLeft > 0;
  }

  /** Counts positions that were read. */
  spend(positions: number): void {
    this.#positionsLeft -= positions;
  }
}
