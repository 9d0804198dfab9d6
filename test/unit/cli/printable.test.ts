import { describe, expect, test } from 'vitest';
import { printableJson, printableLine, printableText } from '../../../functions/cli/printable.ts';

describe('printableLine', () => {
  test.each([
    {
      name: 'shows an escape sequence instead of sending it',
      text: 'a\x1b]0;pwned\x07b',
      expected: 'a\\x1b]0;pwned\\x07b',
    },
    { name: 'shows an 8-bit control sequence introducer', text: 'a\u009b31mb', expected: 'a\\x9b31mb' },
    { name: 'shows DEL and backspace', text: 'rm\b\x7f', expected: 'rm\\x08\\x7f' },
    { name: 'shows what turns the reading order', text: 'exe.\u202efdp', expected: 'exe.\\u{202e}fdp' },
    { name: 'shows tag characters', text: 'a\u{e0041}', expected: 'a\\u{e0041}' },
    { name: 'shows half a surrogate pair', text: 'a\ud800', expected: 'a\\u{d800}' },
    { name: 'puts line breaks and tabs into one line', text: 'a\r\nb\nc\td', expected: 'a b c d' },
    { name: 'drops invisible padding', text: 'a\u034f\u00adb', expected: 'ab' },
    {
      name: 'leaves scripts and emoji as they are',
      text: '佐藤 ليلى 👩‍🔬 می‌خواهم',
      expected: '佐藤 ليلى 👩‍🔬 می‌خواهم',
    },
  ])('$name', ({ text, expected }) => {
    expect(printableLine(text)).toBe(expected);
  });
});

test('printableText keeps lines and makes each of them safe', () => {
  expect(printableText('one\r\ntwo\x1b[2J\nthree\rfour')).toBe('one\ntwo\\x1b[2J\nthree\nfour');
});

test('printableJson is the same value for a parser, without raw control characters', () => {
  const value = { subject: 'a\x1b\x7f\u009b\u202e\u2028\u{e0041}ü' };
  const json = printableJson(value, 2);
  expect(json).not.toMatch(/[\x7f-\x9f\u202e\u2028\u{e0041}]/u);
  expect(JSON.parse(json)).toEqual(value);
});
