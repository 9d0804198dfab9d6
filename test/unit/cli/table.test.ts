import { describe, expect, test } from 'vitest';
import { cut, displayWidth, padded } from '../../../functions/cli/display-width.ts';
import { tableLines } from '../../../functions/cli/table.ts';

describe('displayWidth', () => {
  test.each([
    { text: 'abc', width: 3 },
    { text: '佐藤', width: 4 },
    { text: 'e\u0301', width: 1 },
    { text: '👩‍🔬', width: 2 },
    { text: 'ＡＢ', width: 4 },
    { text: '한국', width: 4 },
    { text: '✔️', width: 2 },
  ])('of $text is $width', ({ text, width }) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('cut and padded', () => {
  test('never split a wide character', () => {
    expect(cut('佐藤春香', 5)).toBe('佐藤…');
    expect(cut('佐藤春香', 6)).toBe('佐藤…');
    expect(cut('佐藤春香', 8)).toBe('佐藤春香');
    expect(padded('佐藤春香', 6)).toBe('佐藤… ');
    expect(padded('12 kB', 7, 'right')).toBe('  12 kB');
  });

  test('limit stacks of combining marks', () => {
    expect(cut(`a${'\u0301'.repeat(500)}`, 10).length).toBeLessThan(20);
  });
});

describe('tableLines', () => {
  const columns = [{ title: 'ID' }, { title: 'SUBJECT', shrinksTo: 8 }, { title: 'SIZE', align: 'right' as const }];
  const rows = [
    ['m1', 'Angebot über zwanzig Manometer', '1 kB'],
    ['m2', '見積依頼の件について', '12 kB'],
  ];

  test('fits the terminal, wide characters aligned', () => {
    const lines = tableLines(columns, rows, 32);
    expect(lines.map(displayWidth)).toEqual([32, 32, 32]);
    expect(lines[1]).toContain('…');
  });

  test('cuts nothing where there is no terminal', () => {
    expect(tableLines(columns, rows)[1]).toContain('Angebot über zwanzig Manometer');
  });

  test('sends no control character of a cell', () => {
    expect(tableLines(columns, [['m3', '\x1b[31mred', '']])[1]).toContain('\\x1b[31mred');
  });
});
