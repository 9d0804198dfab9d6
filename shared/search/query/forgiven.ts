import type { Query } from './query.ts';
import type { Clause, QueryField } from './query-token.ts';
import { QUOTATION_MARKS } from './quotes.ts';

/**
 * A part of a query that says something else than its writer perhaps meant, and what a search makes of it: `no-field`,
 * `no-value`, `sign`, `quotation-mark`, `parenthesis` are text; `operator`, `nothing` are left out; `near` is looked for
 * near or not; `limit` is one phrase, or text.
 */
export interface Forgiven {
  readonly what: /** A name before a colon that is no field: `form:anna`, `Re: offer`. */
    | 'no-field'
    /** A field with a value that means nothing to it: `after:2024-02-31`, `is:blue`. */
    | 'no-value'
    /** What looks like a minus sign (`--word`, `–word`), or an asterisk that does not end a word. */
    | 'sign'
    /** One that opens or closes nothing. */
    | 'quotation-mark'
    | 'parenthesis'
    /** One that has nothing to join. */
    | 'operator'
    /** What has no text: `""`, `()`, `*`. */
    | 'nothing'
    /** NEAR between what cannot be near. */
    | 'near'
    /** More than there may be: clauses, parentheses in one another. */
    | 'limit';
  /** The part, as it was written or nearly so. */
  readonly text: string;
}

/** Addresses of the web (`http://…`) and paths (`C:\…`) are what they look like. Also the colon of Chinese keyboards. */
const FIELD_LIKE = /^(?:\p{L}[\p{L}\p{N}_-]*)?[:：](?!\/\/|\\)/u;
/** What some think says that a word must, or must not, be there; word processors make a dash of a minus sign. */
const SIGNS = /^[\p{Pd}\u2212+!~]+/u;
const DASHES = /^[\p{Pd}\u2212]+[^\p{Pd}\u2212]/u;
/** But for `*@example.com` and `*.pdf`, which mean what they find. */
const ASTERISK = /\*(?=[^*@.])/;

/** How a clause stands in its query, and what it was understood as. */
interface Understood {
  readonly field: QueryField | undefined;
  readonly query: Query | undefined;
  /** Whether it stands right behind the colon of its field, where all is text. */
  readonly isValue: boolean;
}

/** What is forgiven in a word or phrase, if anything is. */
export function forgivenIn({ kind, text }: Clause, understood: Understood): Forgiven['what'] | undefined {
  const { field, query, isValue } = understood;
  if (query === undefined) return 'nothing';
  // A value that means nothing to its field is text of no field.
  if (field !== undefined && query.kind === 'text' && query.fields === undefined) return 'no-value';
  if (kind === 'phrase') return undefined;
  if (text.search(QUOTATION_MARKS) >= 0) return 'quotation-mark';
  if (!isValue && FIELD_LIKE.test(text.replace(SIGNS, ''))) return 'no-field';
  if (DASHES.test(text) || ASTERISK.test(text)) return 'sign';
  return isBalanced(text) ? undefined : 'parenthesis';
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
