import { describe, expect, test } from 'vitest';
import { decodeLeniently, decodeStrictly } from '../../../shared/mail/charset.ts';
import { decodeEncodedWords } from '../../../shared/mail/encoded-word.ts';

const good = [
  ['Q', '=?iso-8859-1?Q?Gr=FC=DFe_an?= Bob', 'Grüße an Bob'],
  ['B', '=?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße'],
  ['language tag (RFC 2231, 5)', '=?utf-8*de?Q?=C3=A4?=', 'ä'],
  ['blanks between words go', '=?utf-8?Q?a?= \t =?utf-8?Q?b?=', 'ab'],
  ['blanks beside words stay', 'x =?utf-8?Q?a?= y', 'x a y'],
  ['blanks between words of two charsets go', '=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?=', 'aé'],
  ['characters cut in two', '=?utf-8?Q?=C3?= =?UTF-8?B?pA==?=', 'ä'],
  ['words without a blank between', '=?utf-8?Q?a?==?utf-8?Q?b?=', 'ab'],
  ['spaces within a word', '=?utf-8?Q?a b?=', 'a b'],
  ['ISO-2022-JP', '=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=', '日本'],
  ['GBK', '=?gb2312?B?1tDOxA==?=', '中文'],
  ['missing padding', '=?utf-8?B?YQ?=', 'a'],
] as const;

const bad = [
  ['unknown charset', '=?x-none?Q?=FF?='],
  ['invalid bytes', '=?utf-8?Q?=FF?='],
  ['half a character', '=?utf-8?Q?=C3?='],
  ['malformed Q', '=?utf-8?Q?=ZZ?='],
  ['malformed B', '=?utf-8?B?YQ*?='],
  ['unknown encoding', '=?utf-8?X?a?='],
  ['never closed', '=?utf-8?Q?a'],
  ['no charset', '=??Q?a?='],
  ['question marks', '=?=?=?=?'],
] as const;

describe('decodeEncodedWords', () => {
  test.each(good)('decodes %s', (_, value, expected) => {
    expect(decodeEncodedWords(value, decodeStrictly)).toBe(expected);
    expect(decodeEncodedWords(value, decodeLeniently)).toBe(expected);
  });
  test.each(bad)('leaves %s as it is', (_, value) => expect(decodeEncodedWords(value, decodeStrictly)).toBe(value));
  test('keeps the blank between a decoded and an undecodable word', () =>
    expect(decodeEncodedWords('=?utf-8?Q?a?= =?x-none?Q?b?=', decodeStrictly)).toBe('a =?x-none?Q?b?='));
  test('reads UTF-7 for people', () => expect(decodeEncodedWords('=?utf-7?Q?+AOQ-?=', decodeLeniently)).toBe('ä'));
});
