import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { analyse } from '../../../../shared/search/tokens/analyse.ts';
import { classAt, SPACELESS, WORD } from '../../../../shared/search/tokens/character-class.ts';
import { foldCharacter } from '../../../../shared/search/tokens/fold.ts';
import { readSpaceless } from '../../../../shared/search/tokens/spaceless-run.ts';
import { TOKENISER_VERSION, tokenise } from '../../../../shared/search/tokens/tokenise.ts';
import { matchesReference, referenceText } from './reference-match.ts';

interface Token {
  readonly term: string;
  readonly position: number;
  readonly start: number;
  readonly end: number;
}

function tokensOf(text: string, firstPosition = 0): readonly Token[] {
  const tokens: Token[] = [];
  tokenise(text, (term, position, start, end) => tokens.push({ term, position, start, end }), firstPosition);
  return tokens;
}

function termsOf(text: string): string {
  return tokensOf(text)
    .map(({ term, position }) => `${term}@${position}`)
    .join(' ');
}

const CHARACTERS = [
  ...'aB1 -/.:\'’@+#()ß\u0308İıΣςйאב"ًلا漢字ガｶﾞ\u3099한ᄒ\u1161\u11abไทย\u200b\u00ad\n\r\t,_0９٣𝐅𠮷😀',
];
/** Any string, and those of characters that mean something to the tokeniser. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('0', '12', '345', '7890', ' ', '-', '/', '.', ',', '(', ')', '+', 'DE', 'a'),
    maxLength: 30,
  }),
);

describe('any text', () => {
  test('gives terms of 1 to 64 units at ascending positions and places within it', () => {
    fc.assert(
      fc.property(text, fc.nat(1000), (sample, firstPosition) => {
        let position = firstPosition;
        let start = 0;
        const next = tokenise(
          sample,
          (term, at, from, to) => {
            expect(term.length).toBeGreaterThan(0);
            expect(term.length).toBeLessThanOrEqual(64);
            expect(at === position || at === position + 1).toBe(true);
            expect(from).toBeGreaterThanOrEqual(start);
            expect(to).toBeGreaterThan(from);
            expect(to).toBeLessThanOrEqual(sample.length);
            position = at;
            start = from;
          },
          firstPosition,
        );
        expect(next === position + 1 || (next === firstPosition && start === 0)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('is found by each of its terms as it stands there', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('word' as const, 'phrase' as const), (sample, form) => {
        const indexed = referenceText(sample);
        for (const { start, end } of tokensOf(sample)) {
          // A plus sign belongs to the telephone number behind it.
          const from = sample[start - 1] === '+' ? start - 1 : start;
          expect(matchesReference(analyse(sample.slice(from, end), form), indexed)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('is found by all of it as a phrase', () => {
    fc.assert(
      fc.property(text, (sample) => {
        expect(matchesReference(analyse(sample, 'phrase'), referenceText(sample))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('gives the same terms again when it is made of its terms', () => {
    fc.assert(
      fc.property(text, (sample) => {
        for (const { term } of tokensOf(sample)) {
          // `C++` needs its letter alone; loose parts of a Korean syllable make one where nothing stands between them.
          if (!/[+#]$|[\u1100-\u11ff]/.test(term)) expect(tokensOf(term)[0]?.term).toBe(term);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('is analysed without throwing in every form', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('word', 'phrase', 'prefix', 'whole'), (sample, form) => {
        expect(analyse(sample, form).kind).toBeDefined();
      }),
    );
  });
});

describe('hostile text', () => {
  test.each([
    ['a word of 10 MB', 'a'.repeat(10_000_000), 1],
    ['a million combining marks', '\u0301'.repeat(1_000_000), 0],
    ['a million marks on one letter', `a${'\u0301'.repeat(1_000_000)}`, 1],
    ['a million sound marks on one kana', `か${'\u3099'.repeat(1_000_000)}`, 1],
    ['halves of surrogate pairs', '\ud800'.repeat(1_000_000), 0],
    ['other halves', '\udc00'.repeat(1_000_000), 0],
    ['NULs', '\0'.repeat(1_000_000), 0],
    ['a number without end', '12-'.repeat(500_000), 500_000],
    ['numbers and spaces without end', '12 '.repeat(500_000), 500_000],
    ['brackets without end', '1('.repeat(500_000), 500_000],
    ['beginnings of IBANs', 'DE89 3704 0044 '.repeat(20_000), 60_000],
    ['zero-width characters between ideographs', `漢${'\u200b'.repeat(1_000_000)}字`, 2],
  ])('%s is read in one go', (_name, sample, positions) => {
    expect(tokenise(sample, () => {})).toBe(positions);
  });

  test('words are cut at 64 units, in queries too, and never within a character', () => {
    expect(tokensOf(`${'x'.repeat(63)}😀`)[0]?.term).toHaveLength(63);
    expect(tokensOf('x'.repeat(65))).toEqual([{ term: 'x'.repeat(64), position: 0, start: 0, end: 65 }]);
    expect(tokensOf(`${'x'.repeat(63)}𐐨`)[0]?.term).toBe('x'.repeat(63));
    expect(tokensOf(`${'x'.repeat(63)}ß`)[0]?.term).toBe(`${'x'.repeat(63)}s`);
  });
});

describe('positions', () => {
  test.each([
    ['several terms share one', '2024/0117-A, vom', '2024@0 20240117a@0 0117@1 a@2 vom@3'],
    ['the rest of a contraction takes none', "John's don't", 'john@0 dont@1'],
    ['a name with an apostrophe', "O'Brien", 'o@0 obrien@0 brien@1'],
    ['what is no word in English is not joined', "we'll they're I've", 'we@0 ll@1 they@2 re@3 i@4 ve@5'],
    ['each character of a run', '東京都2024', '東京@0 京都@1 都@2 2024@3'],
    ['names of languages', 'C++ C# c', 'c@0 c++@0 c@1 c#@1 c@2'],
    ['a telephone number', '+49 (0)30 123456', '49@0 4930123456@0 030123456@0 0@1 30@2 123456@3'],
    [
      'an IBAN, and no word behind it',
      'BE68 5390 0754 7034 oder',
      'be68@0 be68539007547034@0 5390@1 0754@2 7034@3 oder@4',
    ],
    ['times are not joined', '2024-01-17 12:34:56', '2024@0 20240117@0 01@1 17@2 12@3 34@4 56@5'],
    ['paths are not joined', 'org/all/17-a', 'org@0 all@1 all17a@1 17@2 a@3'],
    ['short numbers are not joined', '3.5, 1-2, 24/7', '3@0 5@1 1@2 2@3 24@4 7@5'],
    ['sentences are not joined', 'am 17.01.2024.Das 5. Mai', 'am@0 17@1 17012024@1 01@2 2024@3 das@4 5@5 mai@6'],
  ])('%s', (_name, sample, expected) => {
    expect(termsOf(sample)).toBe(expected);
  });

  test('go on from the first one given', () => {
    expect(tokensOf('a b', 7).map(({ position }) => position)).toEqual([7, 8]);
    expect(tokenise('a b', () => {}, 7)).toBe(9);
  });

  test('places are those of the text, marks included', () => {
    expect(tokensOf('x Mu\u0308ller y')[1]).toEqual({ term: 'muller', position: 1, start: 2, end: 9 });
  });
});

const VECTORS = z.object({
  version: z.number(),
  characters: z.string(),
  texts: z.record(z.string(), z.string()),
});

/**
 * Version 1 is in segments: whoever changes what a text gives makes a version 2. The digest is over all characters, so
 * that an engine with another Unicode is noticed too.
 */
describe('version 1', () => {
  const vectors = VECTORS.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../../../vectors/tokens-v1.json'), 'utf8')),
  );

  test('is the present one', () => {
    expect(TOKENISER_VERSION).toBe(vectors.version);
  });

  test.each(Object.entries(vectors.texts))('gives the same terms for %s', (sample, expected) => {
    expect(termsOf(sample)).toBe(expected);
  });

  test('classes and folds every character as it always did', () => {
    expect(hash('sha256', allCharacters(), 'hex')).toBe(vectors.characters);
  });

  test('folds what is folded to itself', () => {
    for (let codePoint = 0; codePoint < 0x20000; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      if (classAt(character, 0) !== WORD) continue;
      const folded = foldCharacter(character);
      expect([...folded].map(foldCharacter).join(''), codePoint.toString(16)).toBe(folded);
    }
  });
});

function allCharacters(): string {
  const lines: string[] = [];
  for (let codePoint = 0; codePoint < 0x30000; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    const found = classAt(character, 0);
    const folded =
      found === WORD ? foldCharacter(character) : found === SPACELESS ? readSpaceless(character, 0).folded : '';
    lines.push(`${codePoint.toString(16)} ${found} ${folded}`);
  }
  return lines.join('\n');
}
