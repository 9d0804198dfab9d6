import { describe, expect, test } from 'vitest';
import { MAX_VIEW_CHARACTERS } from '../../../shared/mail/limits.ts';
import { readRtfBody } from '../../../shared/mail/tnef/rtf-body.ts';

const read = (rtf: string) => readRtfBody(Buffer.from(rtf, 'latin1'));
const html = (rtf: string) => read(`{\\rtf1\\ansi\\fromhtml1 ${rtf}}`).html;
const text = (rtf: string) => read(`{\\rtf1\\ansi ${rtf}}`).text;

describe('readRtfBody', () => {
  test.each([
    ['tags', '{\\*\\htmltag64 <p>}a{\\*\\htmltag72 </p>}', '<p>a</p>'],
    ['what is there for RTF alone', 'a\\htmlrtf b{c}\\htmlrtf0 d{\\htmlrtf e}f', 'adf'],
    ['tags within what is there for RTF alone', '\\htmlrtf {\\*\\htmltag <i>}\\htmlrtf0 a', 'a'],
    ['escapes in tags', '{\\*\\htmltag <style>a \\{b\\}\\par\\tab\\\\</style>}', '<style>a {b}\n\t\\</style>'],
    ['markup for other readers', '{\\*\\mhtmltag64 <x>}a', 'a'],
    ['line ends in the RTF', 'a\r\nb', 'ab'],
  ])('takes out HTML: %s', (_, rtf, expected) => expect(html(rtf)).toBe(expected));

  test.each([
    ['paragraphs', 'a\\par b\\line c', 'a\nb\nc'],
    ['groups that are no text', '{\\fonttbl{\\f0 Arial;}}{\\stylesheet x}{\\info{\\author y}}{\\*\\unknown z}a', 'a'],
    ['the text of links', '{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt here}}', 'here'],
    ['bytes of the code page', "\\ansicpg1251 \\'cf\\'f0", 'Пр'],
    ['bytes of a font', "{\\fonttbl{\\f1\\fcharset128 x;}}\\f1 \\'93\\'fa\\'96\\'7b", '日本'],
    ['Unicode with its replacement', "\\u26085\\'3f\\u26412 ?", '日本'],
    ['Unicode with two replacements', '\\uc2\\u8364 xyz', '€z'],
    ['Unicode without a replacement, at the end of a group', '{\\u8364}ab', '€ab'],
    ['Unicode beyond 16 bits, negative', '\\u-10179?\\u-8704?', '\u{1F600}'],
    ['tables', 'a\\cell b\\cell\\row c', 'a\tb\t\nc'],
    ['binary data', '{\\pict\\bin3 }}}}a', 'a'],
    ['quotes and dashes', '\\ldblquote a\\rdblquote\\emdash\\~b', '“a”—\u00a0b'],
    ['a backslash before a line end', 'a\\\nb', 'a\nb'],
  ])('reads text: %s', (_, rtf, expected) => expect(text(rtf)).toBe(expected));

  test.each(['', '{', '}}}}', '{\\rtf1\\', "{\\rtf1\\'", "\\'zz", '\\u', '\\bin99999999999 a', '{'.repeat(100_000)])(
    'reads %j without a throw',
    (rtf) => expect(readRtfBody(Buffer.from(rtf)).html).toBeUndefined(),
  );

  test('ends where there is more than a view shows', () => {
    expect(text('aaaaaaaaaa\\par '.repeat(200_000))?.length).toBeLessThan(MAX_VIEW_CHARACTERS + 100);
  });
});
