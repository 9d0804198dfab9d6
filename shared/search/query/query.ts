import type { FieldName } from '../field.ts';
import type { FlagName } from '../index-document.ts';

/** A piece of query text, to be found in any of `fields`; without them wherever the caller may look. */
export interface TextQuery {
  readonly kind: 'text';
  readonly fields?: readonly FieldName[];
  readonly text: string;
  /**
   * `word`: inflections and parts match too. `phrase`: in this order, side by side. `prefix`: what begins so. `whole`:
   * the very term (Message-ID, `name=value` of a header field).
   */
  readonly form: 'word' | 'phrase' | 'prefix' | 'whole';
}

/** What is looked up in columns. Dates are milliseconds since 1970, compared with the sort date. */
export type FilterQuery =
  | { readonly kind: 'folder'; readonly folder: string }
  /** A mailbox by its id, name or address. */
  | { readonly kind: 'mailbox'; readonly mailbox: string }
  | { readonly kind: 'flag'; readonly flag: FlagName }
  | { readonly kind: 'type'; readonly type: string }
  /** `from` inclusive, `to` exclusive. */
  | { readonly kind: 'date'; readonly from?: number; readonly to?: number }
  /** Bytes; both exclusive. */
  | { readonly kind: 'size'; readonly above?: number; readonly below?: number };

/** A query as it was understood. Any string is one. */
export type Query =
  | { readonly kind: 'everything' }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly kind: 'not'; readonly of: Query }
  /** Both in one text, at most `distance` words apart, in either order. */
  | { readonly kind: 'near'; readonly left: TextQuery; readonly right: TextQuery; readonly distance: number }
  | TextQuery
  | FilterQuery;
