/** What a query is made of, in the order of its text. */
export type QueryToken =
  | { readonly kind: 'open' | 'close' }
  /** `raw` is how it was written, for where it turns out to be a word. */
  | { readonly kind: 'or' | 'and'; readonly raw: string }
  | { readonly kind: 'not'; readonly raw: string }
  | { readonly kind: 'near'; readonly raw: string; readonly distance: number }
  /** Applies to the word, phrase or group after it. Lower case. */
  | { readonly kind: 'field'; readonly field: QueryField }
  | Clause;

/** A word or phrase, or the value of a field. `start` is where in the text it begins. */
export interface Clause {
  readonly kind: 'word' | 'phrase';
  readonly text: string;
  readonly start: number;
}

/** What may stand before a colon, in any case. */
export const QUERY_FIELDS = [
  'from',
  'to',
  'cc',
  'bcc',
  'any',
  'subject',
  'body',
  'attachment',
  'filename',
  'type',
  'has',
  'in',
  'mailbox',
  'is',
  'after',
  'before',
  'on',
  'larger',
  'smaller',
  'messageid',
  'header',
] as const;

export type QueryField = (typeof QUERY_FIELDS)[number];

/** The field that a name before a colon means: `Message-ID` is also one, so that a header field can be pasted. */
export function queryFieldNamed(name: string): QueryField | undefined {
  const lower = name.toLowerCase();
  return lower === 'message-id' ? 'messageid' : QUERY_FIELDS.find((field) => field === lower);
}
