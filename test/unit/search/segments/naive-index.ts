import type { FieldName } from '../../../../shared/search/field.ts';
import type { IndexDocument } from '../../../../shared/search/index-document.ts';
import { TEXT_GAP } from '../../../../shared/search/segments/format.ts';
import type { Segment } from '../../../../shared/search/segments/segment.ts';
import { tokenise } from '../../../../shared/search/tokens/tokenise.ts';
import { wholeTerm } from '../../../../shared/search/tokens/whole-term.ts';
import { inOrder, textsOf } from './arbitrary-document.ts';

/** `term field` → document → positions; what a segment is to answer, made the simplest way. */
export type NaiveIndex = ReadonlyMap<string, ReadonlyMap<number, readonly number[]>>;

export function naiveIndex(documents: readonly IndexDocument[]): NaiveIndex {
  const index = new Map<string, Map<number, number[]>>();
  const add = (term: string, field: FieldName, document: number, position: number) => {
    const key = `${term} ${field}`;
    const postings = index.get(key) ?? new Map<number, number[]>();
    index.set(key, postings);
    const positions = new Set([...(postings.get(document) ?? []), position]);
    postings.set(
      document,
      [...positions].sort((a, b) => a - b),
    );
  };
  for (const [number, document] of inOrder(documents).entries()) {
    const next = new Map<FieldName, number>();
    for (const { field, text } of textsOf(document)) {
      const first = next.get(field) ?? 0;
      next.set(field, endOf(field, text, first, (term, position) => add(term, field, number, position)) + TEXT_GAP);
    }
  }
  return index;
}

/** All that a segment answers, in the same form. */
export async function indexOf(segment: Segment): Promise<NaiveIndex> {
  const index = new Map<string, Map<number, number[]>>();
  for (const entry of await segment.terms({ kind: 'range', prefix: '' }, 1_000_000)) {
    for (const { field, documents: count } of entry.fields) {
      const postings = await segment.postings(entry, field);
      if (postings?.documents.length !== count) throw new Error(`${count} messages promised for ${entry.term}`);
      const { starts, values } = await segment.positions(entry, field, postings.documents);
      const its = [...postings.documents].map((document, n): [number, number[]] => {
        const positions = [...values.subarray(starts[n], starts[n + 1])];
        if (positions.length !== postings.frequencies[n]) throw new Error(`frequency of ${entry.term}`);
        return [document, positions];
      });
      index.set(`${entry.term} ${field}`, new Map(its));
    }
  }
  return index;
}

function endOf(field: FieldName, text: string, first: number, add: (term: string, position: number) => void): number {
  if (field !== 'header' && field !== 'messageId') return tokenise(text, add, first);
  const term = wholeTerm(text);
  if (term === '') return first;
  add(term, first);
  return first + 1;
}
