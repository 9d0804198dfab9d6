import { describe, expect, test } from 'vitest';
import { decodeLeniently } from '../../../shared/mail/charset.ts';
import { parameterTexts, readParameters } from '../../../shared/mail/parameters.ts';
import { utf8 } from './message.ts';

const values: readonly [reason: string, field: string, value: string, name: string, text: string | undefined][] = [
  ['a token', 'text/plain; charset=utf-8', 'text/plain', 'charset', 'utf-8'],
  ['upper case', 'TEXT/Plain; CharSet=UTF-8', 'text/plain', 'charset', 'UTF-8'],
  ['comments', 'text/plain (x (y)) ; (a;b) charset (c) = (d) "utf-8" (e)', 'text/plain', 'charset', 'utf-8'],
  ['a quoted string', 'a/b; name="x; \\"y\\".txt"', 'a/b', 'name', 'x; "y".txt'],
  ['a quote that never closes', 'a/b; name="x.txt', 'a/b', 'name', 'x.txt'],
  ['unquoted blanks', 'attachment; filename=my file.txt; size=1', 'attachment', 'filename', 'my file.txt'],
  ['no blank', 'a/b;name=x', 'a/b', 'name', 'x'],
  ['empty parameters', 'a/b;;; name=x;', 'a/b', 'name', 'x'],
  ['a parameter without value', 'a/b; foo; name=x', 'a/b', 'name', 'x'],
  ['none', 'a/b', 'a/b', 'name', undefined],
  ['RFC 2231', "attachment; filename*=UTF-8'de'%C3%A4%20b.txt", 'attachment', 'filename', 'ä b.txt'],
  [
    'continuations',
    "attachment; filename*1*=b%C3%A4; filename*0*=utf-8''a; filename*2=c",
    'attachment',
    'filename',
    'abäc',
  ],
  [
    'continuations without charset',
    'attachment; filename*0="a"; filename*1="b.txt"',
    'attachment',
    'filename',
    'ab.txt',
  ],
  ['encoded words', 'attachment; filename="=?utf-8?Q?=C3=A4?= =?utf-8?B?Yg==?="', 'attachment', 'filename', 'äb'],
  ['raw UTF-8', `attachment; filename="${utf8('ä.txt')}"`, 'attachment', 'filename', 'ä.txt'],
  ['raw windows-1252', 'attachment; filename="\xe4\x80.txt"', 'attachment', 'filename', 'ä€.txt'],
  ['GBK', "attachment; filename*=gb2312''%D6%D0.txt", 'attachment', 'filename', '中.txt'],
  ['an unknown charset', "attachment; filename*=x-none''%C3%A4.txt", 'attachment', 'filename', 'ä.txt'],
];

describe('readParameters', () => {
  test.each(values)('reads %s', (_, field, value, name, text) => {
    const read = readParameters(field);
    expect(read.value).toBe(value);
    expect(parameterTexts(read, name, decodeLeniently)[0]).toBe(text);
  });

  test('tells of repeated and too many parameters', () => {
    expect(readParameters('a/b; c=d; C=e').repeated).toBe(true);
    expect(readParameters(`a/b${Array.from({ length: 3_000 }, (_, index) => `; p${index}=x`).join('')}`).tooMany).toBe(
      true,
    );
  });
});
