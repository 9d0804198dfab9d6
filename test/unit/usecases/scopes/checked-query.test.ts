import { describe, expect, test } from 'vitest';
import { InvalidRequestError, QueryTooLongError } from '../../../../shared/errors.ts';
import { parseQuery } from '../../../../shared/search/query/parse-query.ts';
import { checkedQuery } from '../../../../shared/usecases/scopes/checked-query.ts';

const now = new Date('2026-03-11T12:00:00.000Z');

describe('a query that decides what becomes of mail', () => {
  test('is what a search for it would be', () => {
    const query = 'from:hz@ext.example -after:2027-02-28 "Re: offer"';
    expect(checkedQuery('query', query, now)).toEqual(parseQuery(query, { now }));
  });

  test.each([
    ['from:hz@ext.example -after:2027-02-29', '"after:2027-02-29" means nothing'],
    ['form:hz@ext.example', 'no field is called as in "form:hz@ext.example"'],
    ['Re: offer', 'put it in quotation marks'],
    ['has:pictures', '"has:pictures" means nothing'],
    ['"plums', 'a quotation mark opens or closes nothing in "\\"plums"'],
    ['(plums', 'a parenthesis has no other in "("'],
    ['plums OR', '"OR" has nothing to join'],
    ['plums ()', '"()" asks for nothing'],
    ['plums NOT(pears)', '"NOT(pears)" is a word: an operator has capital letters'],
    ['fr\u200bom:eve', 'no field is called as in "fr<U+200B>om:eve"'],
    ['plums --pears', '"--pears" has a dash or an asterisk where it says nothing'],
    ['plums NEAR/3 is:sent', '"NEAR/3" stands between what cannot be near'],
    ['plum '.repeat(600), 'too many words'],
    ['plums 🎉', 'no word to look for'],
    [' ', 'asks for nothing'],
  ])('is refused as %j, saying why', (query, why) => {
    const check = () => checkedQuery('scope.query', query, now);
    expect(check).toThrow(InvalidRequestError);
    expect(check).toThrow(why);
    expect(check).toThrow(/^scope\.query: /);
  });

  test('is refused where it is too long, and repeated only in part', () => {
    expect(() => checkedQuery('query', 'a'.repeat(5_000), now)).toThrow(QueryTooLongError);
    expect(() => checkedQuery('query', `form:${'a'.repeat(3_000)}`, now)).toThrow(/^.{1,250}$/s);
  });
});
