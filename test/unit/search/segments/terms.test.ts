import { describe, expect, test } from 'vitest';
import type { Segment } from '../../../../shared/search/segments/segment.ts';
import type { TermPattern } from '../../../../shared/search/tokens/term-pattern.ts';
import { mail } from './arbitrary-document.ts';
import { openedOf } from './stored-files.ts';

async function found(segment: Segment, pattern: TermPattern, limit = 100): Promise<string[]> {
  return (await segment.terms(pattern, limit)).map(({ term }) => term);
}

const NUMBERS = Array.from({ length: 5000 }, (_, n) => `w${String(n).padStart(4, '0')}`);

describe('terms of a dictionary of many blocks', () => {
  const opening = openedOf([
    mail('a', { body: NUMBERS.join(' ') }),
    mail('b', { body: 'w0123 w4999 w2500', texts: [{ field: 'subject', text: 'w4998 w2500 w0007' }] }),
  ]);

  test('are each found, and what lies between them is not', async () => {
    const segment = await opening;
    expect(await found(segment, { kind: 'terms', terms: NUMBERS }, 10_000)).toEqual(NUMBERS);
    expect(await found(segment, { kind: 'terms', terms: NUMBERS.map((term) => `${term}x`) })).toEqual([]);
    expect(await found(segment, { kind: 'terms', terms: ['', 'a', 'w', 'w00', 'zzz', '\u{1f600}'] })).toEqual([]);
  });

  test('are given once, in order, however they are asked for', async () => {
    expect(await found(await opening, { kind: 'terms', terms: ['w3000', 'w0001', 'w3000'] })).toEqual([
      'w0001',
      'w3000',
    ]);
  });

  test.each([
    { name: 'a range across blocks', prefix: 'w1', expected: NUMBERS.slice(1000, 2000) },
    { name: 'a range within one block', prefix: 'w123', expected: NUMBERS.slice(1230, 1240) },
    { name: 'a whole term', prefix: 'w4999', expected: ['w4999'] },
    { name: 'all', prefix: '', expected: NUMBERS },
    { name: 'nothing before the first', prefix: 'a', expected: [] },
    { name: 'nothing between two', prefix: 'w12345', expected: [] },
    { name: 'nothing behind the last', prefix: 'x', expected: [] },
  ])('are found by prefix: $name', async ({ prefix, expected }) => {
    expect(await found(await opening, { kind: 'range', prefix }, 10_000)).toEqual(expected);
  });

  test('are only those accepted', async () => {
    const accepts = (term: string) => term.endsWith('77');
    expect(await found(await opening, { kind: 'range', prefix: 'w3', accepts })).toEqual(
      NUMBERS.slice(3000, 4000).filter(accepts),
    );
  });

  test('are the most frequent where there are more than asked for, of equal ones the first', async () => {
    const segment = await opening;
    expect(await found(segment, { kind: 'range', prefix: 'w' }, 5)).toEqual(
      ['w0000', 'w0007', 'w2500', 'w4998', 'w0001'].sort(),
    );
    expect(await found(segment, { kind: 'range', prefix: 'w' }, 1)).toEqual(['w0007']);
    expect(await found(segment, { kind: 'terms', terms: ['w0001', 'w2500'] }, 1)).toEqual(['w2500']);
  });

  test('say in which fields they stand, and in how many messages', async () => {
    const [entry] = await (await opening).terms({ kind: 'terms', terms: ['w2500'] }, 1);
    expect(entry?.fields.map(({ field, documents }) => [field, documents])).toEqual([
      ['body', 1],
      ['subject', 1],
    ]);
  });
});

describe('compound words', () => {
  const german = (archiveId: string, body: string) => mail(archiveId, { body, isGerman: true });

  test('are found in German text by how they begin and end', async () => {
    const segment = await openedOf([
      german('a', 'Versicherung Haftpflichtversicherung Versicherungsnehmer'),
      german('b', 'Versicherungsversicherung sicherung versiche'),
      mail('c', { body: 'krankenversicherung versicherungsagent' }),
    ]);
    const pattern: TermPattern = { kind: 'compound', part: 'versicherung' };
    expect(await found(segment, pattern)).toEqual([
      'haftpflichtversicherung',
      'versicherungsnehmer',
      'versicherungsversicherung',
    ]);
    expect(await found(segment, { ...pattern, accepts: (term: string) => term.endsWith('nehmer') })).toEqual([
      'versicherungsnehmer',
    ]);
  });

  test('are the most frequent where there are many', async () => {
    const words = Array.from({ length: 26 }, (_, n) => `${'abcdefghijklmnopqrstuvwxyz'[n]}abteilung`);
    const segment = await openedOf([german('a', words.join(' ')), german('b', 'qabteilung cabteilung')]);
    expect(await found(segment, { kind: 'compound', part: 'abteilung' }, 2)).toEqual(['cabteilung', 'qabteilung']);
  });

  test('with characters of several bytes are reversed as characters', async () => {
    const segment = await openedOf([german('a', 'Überweisungsträger Größenverhältnis')]);
    const all = await found(segment, { kind: 'range', prefix: '' });
    for (const term of all) expect(await found(segment, { kind: 'compound', part: term.slice(-5) })).toEqual([term]);
  });

  test('of fewer than eight letters, or with digits, are none', async () => {
    const segment = await openedOf([german('a', 'hausrat hausnummer12 hausverwaltung')]);
    expect(await found(segment, { kind: 'compound', part: 'haus' })).toEqual(['hausverwaltung']);
  });
});

describe('terms that no dictionary takes', () => {
  test('with half a character are left out', async () => {
    const segment = await openedOf([mail('a', { texts: [{ field: 'body', text: 'one \ud800 two\udc00' }] })]);
    for (const term of await found(segment, { kind: 'range', prefix: '' })) expect(term.isWellFormed()).toBe(true);
  });

  test('that are names of fields of objects are terms like any other', async () => {
    const segment = await openedOf([mail('a', { body: 'constructor __proto__ toString' })]);
    expect(await found(segment, { kind: 'terms', terms: ['constructor', 'tostring'] })).toEqual([
      'constructor',
      'tostring',
    ]);
  });
});
