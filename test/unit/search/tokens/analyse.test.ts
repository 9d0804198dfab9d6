import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../shared/search/tokens/analyse.ts';
import { compoundsOf } from '../../../../shared/search/tokens/compounds.ts';
import { inflectionsOf } from '../../../../shared/search/tokens/inflections/inflections.ts';
import { looksGerman } from '../../../../shared/search/tokens/looks-german.ts';

describe('analyse', () => {
  test.each(['', ' ', '---', '\0', '\ud800', '😀', '"', '\u0301'])('%j has nothing to look for', (text) => {
    for (const form of ['word', 'phrase', 'prefix'] as const) expect(analyse(text, form)).toEqual({ kind: 'nothing' });
  });

  test('a word in a script without spaces is the phrase of its neighbouring characters', () => {
    expect(analyse('東京都', 'word')).toEqual({
      kind: 'phrase',
      steps: [
        { pattern: { kind: 'terms', terms: ['東京'] }, offset: 0 },
        { pattern: { kind: 'terms', terms: ['京都'] }, offset: 1 },
      ],
    });
    expect(analyse('東', 'phrase')).toEqual({ kind: 'term', pattern: { kind: 'range', prefix: '東' } });
  });

  test('a number is the phrase of its parts or the term of all of them', () => {
    expect(analyse('4711-0815', 'word')).toEqual({
      kind: 'any',
      of: [
        {
          kind: 'phrase',
          steps: [
            { pattern: { kind: 'terms', terms: ['4711'] }, offset: 0 },
            { pattern: { kind: 'terms', terms: ['0815'] }, offset: 1 },
          ],
        },
        { kind: 'term', pattern: { kind: 'terms', terms: ['47110815'] } },
      ],
    });
  });

  test('few terms are looked up for any word', () => {
    for (const word of [
      'rechnung',
      'invoice',
      'fatura',
      'договор',
      'λογαριασμος',
      'فاتورة',
      'חשבון',
      'internationalisierung',
    ])
      expect(inflectionsOf(word).forms.size).toBeLessThan(250);
  });

  test('what one word finds as inflections, finds it again', () => {
    for (const [one, other] of [
      ['rechnung', 'rechnungen'],
      ['company', 'companies'],
      ['fattura', 'fatture'],
      ['fatura', 'faturalar'],
      ['договор', 'договоров'],
    ] as const) {
      expect(inflectionsOf(one).forms.has(other), one).toBe(true);
      expect(inflectionsOf(other).forms.has(one), other).toBe(true);
    }
  });
});

describe('compound words', () => {
  function isFound(part: string, term: string): boolean {
    return compoundsOf(part).some(
      (pattern) =>
        pattern.kind === 'compound' &&
        (term.startsWith(pattern.part) || term.endsWith(pattern.part)) &&
        (pattern.accepts?.(term) ?? true),
    );
  }

  test.each([
    ['rechnung', 'stromrechnung', 'last part'],
    ['rechnung', 'stromrechnungen', 'last part, plural'],
    ['rechnungen', 'stromrechnung', 'plural in the query'],
    ['rechnung', 'rechnungsdatum', 'first part with s'],
    ['vertrag', 'mietvertrage', 'folded plural'],
    ['karte', 'kreditkarten', 'plural in n'],
    ['karte', 'kartenhaus', 'first part with n'],
    ['stadt', 'stadtbus', 'a short last part'],
  ])('%s is a part of %s: %s', (part, term) => {
    expect(isFound(part, term)).toBe(true);
  });

  test.each([
    ['rechnung', 'rechnung', 'the word itself'],
    ['rechnung', 'berechnung', 'two letters are no part'],
    ['geben', 'vergeben', 'prefix of a verb'],
    ['leben', 'kleben', 'one letter is no part'],
    ['stand', 'standard', 'ending of another word'],
    ['haus', 'krankenhaus', 'shorter than five letters'],
    ['unter', 'unternehmen', 'preposition'],
    ['rechnung', 'rechnungxyz1', 'no word'],
  ])('%s is no part of %s: %s', (part, term) => {
    expect(isFound(part, term)).toBe(false);
  });
});

describe('looksGerman', () => {
  test.each([
    ['Sehr geehrte Damen und Herren, anbei erhalten Sie unsere Rechnung für den Monat März.', true],
    ['Ihre Rechnung', true],
    ['Die Häuser am See', true],
    ['Stromrechnung 2024', true],
    ['Hello all, please find attached the invoice for March. Kind regards, and see you in Berlin.', false],
    ['Re: status', false],
    [
      'Beste klant, hierbij ontvangt u de factuur voor de maand maart. Met vriendelijke groet, en tot ziens in het nieuwe jaar.',
      false,
    ],
    ['Hej, här kommer fakturan för mars på det belopp vi kom överens om', false],
    ['Sayın müşterimiz, faturanız ektedir', false],
    ['Veuillez trouver ci-joint la facture du mois de mars, avec nos salutations les meilleures et à bientôt', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(looksGerman(text)).toBe(expected);
  });
});
