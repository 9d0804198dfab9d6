import { InvalidRequestError } from '../../errors.ts';
import { wordlessTexts } from '../../search/matching/wordless-texts.ts';
import type { Forgiven } from '../../search/query/forgiven.ts';
import { readQuery } from '../../search/query/parse-query.ts';
import type { Query } from '../../search/query/query.ts';
import { checkQueryLength } from '../../search/query/query-limits.ts';

/** Else a part would look as what it is not. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** So much of a query an error repeats. */
const MAX_REPEATED = 100;

/**
 * Parses a query that decides what becomes of mail. A search makes the best of what it does not understand; here that
 * would delete what nobody meant, or hold nothing. Throws `InvalidRequestError`, naming `field` and the part that is wrong,
 * where a search would forgive something or a part asks for nothing, and `QueryTooLongError`.
 */
export function checkedQuery(field: string, query: string, now: Date): Query {
  checkQueryLength(query);
  const { query: parsed, forgiven } = readQuery(query.toWellFormed(), { now });
  const [first] = forgiven;
  if (first) throw new InvalidRequestError(`${field}: ${faultOf(first)}`);
  if (parsed.kind === 'everything') throw new InvalidRequestError(`${field}: asks for nothing`);
  const [wordless] = wordlessTexts(parsed);
  if (wordless === undefined) return parsed;
  throw new InvalidRequestError(`${field}: there is no word to look for in ${repeated(wordless)}`);
}

function faultOf({ what, text }: Forgiven): string {
  const part = repeated(text);
  switch (what) {
    case 'no-field':
      return `no field is called as in ${part}; where it is text, put it in quotation marks`;
    case 'no-value':
      return `${part} means nothing: the field knows no such value; where it is text, put it in quotation marks`;
    case 'no-operator':
      return `${part} is a word: an operator has capital letters as on English keyboards, and a space behind it; where it is text, put it in quotation marks`;
    case 'sign':
      return `${part} has a dash or an asterisk where it says nothing; where it is text, put it in quotation marks`;
    case 'quotation-mark':
      return `a quotation mark opens or closes nothing in ${part}`;
    case 'parenthesis':
      return `a parenthesis has no other in ${part}`;
    case 'operator':
      return `${part} has nothing to join; where it is a word, put it in quotation marks`;
    case 'nothing':
      return `${part} asks for nothing`;
    case 'near':
      return `${part} stands between what cannot be near each other`;
    case 'limit':
      return 'it has too many words, or too many parentheses in one another';
  }
}

function repeated(text: string): string {
  const part = text.length > MAX_REPEATED ? `${text.slice(0, MAX_REPEATED)}…` : text;
  return JSON.stringify(part.replace(INVISIBLE, shown));
}

function shown(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
