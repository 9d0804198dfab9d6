import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../shared/search/tokens/analyse.ts';
import { wholeTerm } from '../../../../shared/search/tokens/whole-term.ts';

describe('wholeTerm', () => {
  test.each([
    ['<ABC.123@Mail.Example>', 'abc.123@mail.example', 'angle brackets and case'],
    ['abc.123@mail.example', 'abc.123@mail.example', 'as people paste it'],
    ['X-Spam-Flag=YES', 'x-spam-flag=yes', 'header field'],
    ['x-name= a \t b ', 'x-name= a b', 'white space'],
    ['', '', 'nothing'],
    [' <> ', '', 'nothing in brackets'],
  ])('%j is %j: %s', (text, expected) => {
    expect(wholeTerm(text)).toBe(expected);
  });

  test('tells long texts apart by their ends', () => {
    const long = `${'a'.repeat(100)}@mail.example`;
    expect(wholeTerm(`${long}1`)).not.toBe(wholeTerm(`${long}2`));
    expect(wholeTerm(`<${long}>`)).toBe(wholeTerm(long.toUpperCase()));
  });

  test('is at most 64 bytes for any text, and of whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const term = wholeTerm(text);
        expect(Buffer.byteLength(term)).toBeLessThanOrEqual(64);
        expect(term.isWellFormed()).toBe(true);
      }),
    );
  });

  test('is what analyse looks for in that form', () => {
    expect(analyse('<A@b>', 'whole')).toEqual({ kind: 'term', pattern: { kind: 'terms', terms: ['a@b'] } });
    expect(analyse(' ', 'whole')).toEqual({ kind: 'nothing' });
  });
});
