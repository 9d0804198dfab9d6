import type { Query } from './query.ts';
import type { Clause, QueryField } from './query-token.ts';
import { QUOTATION_MARKS } from './quotes.ts';

/**
 * A part of a query that says something else than its writer perhaps meant, and what a search makes of it: `no-field`,
 * `no-value`, `no-operator`, `sign`, `quotation-mark`, `parenthesis` are text; `operator`, `nothing` are left out; `near` is looked for
 * near or not; `limit` is one phrase, or text.
 */
export interface Forgiven {
  readonly what: /** A name before a colon that is no field: `form:anna`, `Re: offer`. */
    | 'no-field'
    /** A field with a value that means nothing to it: `after:2024-02-31`, `is:blue`. */
    | 'no-value'
    /** What looks like an operator: a parenthesis is right behind it (`NOT(paid)`), or its letters are full-width. */
    | 'no-operator'
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

/** What nobody sees: zero-width spaces and joiners, marks of direction, soft hyphens. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
const FIELD_LIKE = /^(?:\p{L}[\p{L}\p{M}\p{N}_-]*)?:(?!\/\/|\\)/u;
/** Addresses of mail, telephones and machines, and paths, are what they look like, as `http://…` and `C:\…` are. */
const NO_FIELD_MEANT = /^(?:(?:mailto|tel):.|\p{L}:\/|[\da-f]{1,4}::[\da-f:.]*(?:[%/]|$))/iu;
const URL_LIKE = /^\p{L}[\p{L}\p{N}+.-]*:\/\//u;
/** What some think says that a word must, or must not, be there, and what a field may hide behind. */
const LEADING = /^(?:(?!:)[\p{P}\p{S}\p{M}])+/u;
const SEPARATORS = /[,;|()[\]{}<>、]/u;
const OPERATOR_LIKE = /^(?:AND|OR|NOT|NEAR(?:\/\d+)?)(\(|$)/;
/** Word processors make a dash of a minus sign. */
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
  const visible = text.replace(INVISIBLE, '');
  // Full-width letters and signs as others.
  const plain = visible.normalize('NFKC');
  if (isOperatorLike(plain, isValue || plain === text)) return 'no-operator';
  if (!isValue && isFieldLike(plain)) return 'no-field';
  if (DASHES.test(visible) || ASTERISK.test(visible)) return 'sign';
  return isBalanced(text) ? undefined : 'parenthesis';
}

/** `isWord`: an operator of its own is a word here, as in `subject:OR`. */
function isOperatorLike(plain: string, isWord: boolean): boolean {
  const found = OPERATOR_LIKE.exec(plain.replace(LEADING, ''));
  return found !== null && (found[1] === '(' || !isWord);
}

/** At the beginning, or behind punctuation: `offer,form:anna`, `[form:anna]`. */
function isFieldLike(plain: string): boolean {
  const bare = plain.replace(LEADING, '');
  const parts = URL_LIKE.test(bare) ? [bare] : bare.split(SEPARATORS).map((part) => part.replace(LEADING, ''));
  return parts.some((part) => FIELD_LIKE.test(part) && !NO_FIELD_MEANT.test(part));
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
