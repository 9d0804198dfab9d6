import type { FieldName } from '../field.ts';
import type { TermEntry } from './segment.ts';

/** Where the documents of a term in a field are. Offsets count from the start of the index file. */
export interface StoredField {
  readonly field: FieldName;
  readonly documents: number;
  readonly postings: readonly [start: number, end: number];
  readonly positions: readonly [start: number, end: number];
  /** The one document, where the dictionary has it itself. */
  readonly inline?: { readonly document: number; readonly positions: Uint32Array };
}

/** An entry of a dictionary, with where to find what it stands for. */
export class StoredTerm implements TermEntry {
  readonly term: string;
  readonly fields: readonly StoredField[];

  constructor(term: string, fields: readonly StoredField[]) {
    this.term = term;
    this.fields = fields;
  }
}
