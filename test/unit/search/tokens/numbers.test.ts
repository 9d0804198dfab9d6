import { describe, expect, test } from 'vitest';
import { analyse, type TextForm } from '../../../../shared/search/tokens/analyse.ts';
import { matchesReference, referenceText } from './reference-match.ts';

function found(query: string, text: string, form: TextForm = 'word'): boolean {
  return matchesReference(analyse(query, form), referenceText(`x1y ${text}, z`));
}

/** Ways to write the same number: each must find each. */
const SPELLINGS: Record<string, readonly string[]> = {
  'an order number': ['2024/0117-A', '2024-0117/A', '20240117A', '2024_0117_a', '2024/0117A'],
  'a number with a hyphen': ['4711-0815', '47110815', '4711/0815', '4711.0815', '4711–0815', '4711 0815'],
  'letters and digits': ['RE-2024-017', 'RE2024017', 're2024-017', 'RE/2024/017'],
  'a short mixture': ['A-123', 'A123', 'a/123'],
  'an IBAN': [
    'DE89 3704 0044 0532 0130 00',
    'DE89370400440532013000',
    'de89-3704-0044-0532-0130-00',
    'DE89\u00A03704\u00A00044\u00A00532\u00A00130\u00A000',
  ],
  'an IBAN with letters': ['GB29 NWBK 6016 1331 9268 19', 'GB29NWBK60161331926819'],
  'an amount': ['1.234,56', '1,234.56', '1234,56', '1234.56', '1 234,56', "1'234.56"],
  thousands: ['12.345.678', '12,345,678', '12345678', '12 345 678'],
  'four digits': ['1.234', '1,234', '1234'],
  'a date': ['2024-01-17', '2024/01/17', '20240117', '2024.01.17'],
  'a telephone number': [
    '+49 (0)30 123456',
    '+49 30 123456',
    '+49 30 123 456',
    '+49-30-123456',
    '0049 30 123456',
    '+49 30 / 123456',
  ],
  'a telephone number, at home': [
    '030 123456',
    '030/123456',
    '(030) 123456',
    '030123456',
    '030 12 34 56',
    '+49 (0)30 123456',
  ],
  'a telephone number without a zero': ['+1 (669) 284-1046', '(669) 284-1046', '669.284.1046', '+1 669 284 1046'],
  'a telephone number without spaces': ['+4930123456', '004930123456', '+49 30 123456'],
};

describe('numbers', () => {
  for (const [name, spellings] of Object.entries(SPELLINGS)) {
    const pairs = spellings.flatMap((query) => spellings.map((text) => [query, text] as const));
    test.each(pairs)(`${name}: %s finds %s`, (query, text) => {
      expect(found(query, text)).toBe(true);
    });
  }

  test.each([
    ['0117', '2024/0117-A', 'a part'],
    ['0117-A', '2024/0117-A', 'parts'],
    ['202417', 'Rechnung-2024-17', 'behind a word'],
    ['3704 0044', 'DE89 3704 0044 0532 0130 00', 'parts of an IBAN'],
    ['12:34', '12:34:56', 'a time'],
    ['192.168.1', '192.168.1.20', 'the beginning of an IP address'],
    ['CVE-2024-3094', 'CVE 2024 3094', 'parts'],
    ['3.5', '3.5', 'short numbers'],
  ])('%s finds %s: %s', (query, text) => {
    expect(found(query, text)).toBe(true);
  });

  test.each([
    ['35', '3.5', 'another number'],
    ['1234', '12:34', 'a time is no number'],
    ['12', '1-2', 'a range'],
    ['20240118', '2024-01-17', 'another date'],
    ['123456', '12, 3456', 'two numbers'],
    ['de893704', 'DE89 3704 0044', 'no IBAN: the check digits are wrong, and it is not whole'],
  ])('%s does not find %s: %s', (query, text) => {
    expect(found(query, text)).toBe(false);
  });

  test('prefixes find what begins so, in any spelling', () => {
    expect(found('2024/01', '2024/0117-A', 'prefix')).toBe(true);
    expect(found('2024/01', '20240117A', 'prefix')).toBe(true);
    expect(found('202401', '2024/0117-A', 'prefix')).toBe(true);
    expect(found('2024/02', '2024/0117-A', 'prefix')).toBe(false);
  });

  test('numbers stand in phrases in other spellings', () => {
    expect(found('Rechnung 2024/0117-A', 'Rechnung 20240117a', 'phrase')).toBe(true);
    expect(found('Rechnung 20240117A vom', 'Rechnung 20240117A vom', 'phrase')).toBe(true);
    expect(found('Rechnung 2024/0117 vom', 'Rechnung 20240117 vom', 'phrase')).toBe(true);
    expect(found('Konto 4711-0815 2024', 'Konto 47110815 2024', 'phrase')).toBe(true);
  });

  test('a table of numbers is not joined, and costs no more than its numbers', () => {
    const terms: string[] = [];
    tokeniseInto(terms, '1 '.repeat(1000));
    expect(terms).toHaveLength(1000);
  });
});

describe('addresses and names', () => {
  test.each([
    ['anna.schmidt@example.com', 'Anna <anna.schmidt@example.com>', 'the address'],
    ['schmidt', 'anna.schmidt@example.com', 'a part of it'],
    ['anna', 'anna.schmidt@example.com', 'a part of it'],
    ['example.com', 'anna.schmidt@example.com', 'the domain'],
    ['@example.com', 'anna.schmidt@example.com', 'the domain with @'],
    ['mail.example.com', 'https://mail.example.com/path', 'a host name'],
    ['foo_bar', 'int foo_bar = 1', 'underscore'],
    ['bar', 'foo_bar', 'a part'],
    ['C++', 'written in C++.', 'plus signs'],
    ['C#', 'written in C# and', 'number sign'],
    ['C', 'written in C++', 'the letter finds all of them'],
    ['.NET', 'ASP.NET and .NET', 'leading dot'],
    ['AT&T', 'from AT&T', 'ampersand'],
    ['R&D', 'our R & D', 'ampersand with spaces'],
    ['CO2', 'CO₂', 'subscript'],
    ['m2', '50 m²', 'superscript'],
    ['soft', 'so\u00ADft', 'soft hyphen'],
    ['hidden', 'hid\u200Bden', 'zero-width space'],
    ['Free', '𝐅𝐫𝐞𝐞', 'mathematical letters'],
  ])('%s finds %s: %s', (query, text) => {
    expect(found(query, text)).toBe(true);
  });

  test.each([
    ['C++', 'written in C', 'another language'],
    ['C#', 'written in C++', 'another language'],
    ['anna@example.com', 'anna.schmidt@example.com', 'another address'],
    ['schmidt@example.com', 'schmidt@example.org', 'another domain'],
  ])('%s does not find %s: %s', (query, text) => {
    expect(found(query, text)).toBe(false);
  });
});

function tokeniseInto(terms: string[], text: string): void {
  for (const [term, positions] of referenceText(text).terms) for (const _ of positions) terms.push(term);
}
