import { FIELDS, type FieldName } from '../field.ts';

/** docs/search-format.md describes what these name. A file of another version is made again, never guessed at. */
export const FORMAT_VERSION = 1;
export const INDEX_MAGIC = 'LLINDEX\n';
export const TEXTS_MAGIC = 'LLTEXTS\n';
export const CHANGES_MAGIC = 'LLCHANG\n';
export const MAGIC_BYTES = 8;

/** What one checksum covers: a reader that wants a few bytes fetches and checks so many. */
export const PAGE_BYTES = 64 * 1024;
/** A dictionary block is closed once it is so large: what one look-up of a term scans. */
export const BLOCK_BYTES = 1024;
/** Documents whose positions are reached without those of others. */
export const POSTINGS_BLOCK = 128;
/** Longer terms are left out: nobody types them, and each would fill a block of the dictionary. */
export const MAX_TERM_BYTES = 2048;
/** Positions of one document are kept in the dictionary up to so many bytes: beyond, a look-up would scan them all. */
export const MAX_INLINE_BYTES = 32;
/** Characters of a message that are kept for snippets: one message must not fill a text file. Postings cover all. */
export const MAX_KEPT_CHARACTERS = 4_000_000;
/** UTF-16 units that are compressed together: what one snippet unpacks. */
export const PIECE_CHARACTERS = 16 * 1024;
/** Words from one checkpoint of a kept text to the next: what one snippet tokenises beyond its own. */
export const CHECKPOINT_WORDS = 32;
/** A checkpoint is due after so many UTF-16 units too: few words may be far apart. */
export const CHECKPOINT_CHARACTERS = 4096;
/** Positions between two texts of a field: no phrase and no NEAR reaches across. */
export const TEXT_GAP = 1000;

/** How an entry of the dictionary gives the documents of a field. */
export const FORM = {
  /** In the postings, by their number and lengths. */
  list: 0,
  /** One document that has the term once: number and position. */
  once: 1,
  /** One document: number, frequency, positions. */
  single: 2,
} as const;
export const SEVERAL_FIELDS = 0x80;
export const GERMAN = 0x40;

/** Names of fields by their code: codes begin at 0 and leave none out. */
export const FIELD_NAMES: readonly FieldName[] = Object.keys(FIELDS).filter(
  (name): name is FieldName => name in FIELDS,
);

/** A German term that compound words are made of, or are: eight letters or more. */
export function isCompoundTerm(term: string): boolean {
  return COMPOUND_TERM.test(term);
}

const COMPOUND_TERM = /^\p{L}{8,}$/u;

/** Characters in reverse order: what a word ends with comes first. */
export function reversed(term: string): string {
  return Array.from(term).reverse().join('');
}
