import { describe, expect, test } from 'vitest';
import { embeddedFiles, withoutFiles } from '../../../shared/mail/embedded-files.ts';

/** What is found in a text: the names with the contents, and the text around them. */
function split(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const files = embeddedFiles(bytes);
  const found = files.map(({ name, content }) => [name, content().toString('latin1')]);
  return { found, text: withoutFiles(bytes, files).toString('latin1') };
}

const yenc = (text: string) => String.fromCharCode(...Buffer.from(text, 'latin1').map((byte) => (byte + 42) & 0xff));

describe('embeddedFiles', () => {
  test.each([
    ['with CRLF', 'a\r\nbegin 644 b.txt\r\n#0V%T\r\n`\r\nend\r\nc', 'b.txt', 'Cat', 'a\r\nc'],
    ['with spaces for zeros, lost at the ends of lines', 'begin 644 b\n#0V$\n \nend\n', 'b', 'Ca\0', ''],
    ['with a checksum behind each line', 'begin 0644 b\n#0V%TX\n`\nend\n', 'b', 'Cat', ''],
    ['without the empty line', 'begin 644 b\n#0V%T\nend\n', 'b', 'Cat', ''],
    ['with blanks in the name', 'begin 644 my cat.txt  \n#0V%T\n`\nend', 'my cat.txt', 'Cat', ''],
    ['without a name', 'begin 644 \n#0V%T\n`\nend', '', 'Cat', ''],
  ])('finds uuencoded files %s', (_, text, name, content, rest) => {
    expect(split(text)).toEqual({ found: [[name, content]], text: rest });
  });

  test.each([
    ['one line', `a\r\n=ybegin line=128 size=3 name=b.txt\r\n${yenc('Cat')}\r\n=yend size=3\r\nc`, 'Cat', 'a\r\nc'],
    ['escapes', `=ybegin line=128 size=2 name=b.txt\n${'=}'}${'=n'}\n=yend size=2\n`, '\x13\x04', ''],
    ['a wrong size and checksum', `=ybegin line=1 size=9 name=b.txt\n${yenc('ab')}\n=yend size=8 crc32=0\n`, 'ab', ''],
    [
      'a piece',
      `=ybegin part=1 total=2 line=1 size=9 name=b.txt\n=ypart begin=1 end=2\n${yenc('ab')}\n=yend size=2\n`,
      'ab',
      '',
    ],
  ])('finds yEnc files: %s', (_, text, content, rest) => {
    expect(split(text)).toEqual({ found: [['b.txt', content]], text: rest });
  });

  test.each([
    ['prose', 'begin 644 the day\nwith a walk\nend\n'],
    ['no data', 'begin 644 b\n`\nend\n'],
    ['no end', 'begin 644 b\n#0V%T\n`\n'],
    ['a line too long for its length', 'begin 644 b\n#0V%TXXXX\n`\nend\n'],
    ['a begin within a line', 'to begin 644 b\n#0V%T\n`\nend\n'],
    ['quoted', '> begin 644 b\n> #0V%T\n> `\n> end\n'],
    ['a mode that is none', 'begin 999 b\n#0V%T\n`\nend\n'],
    ['yEnc without an end', '=ybegin line=128 size=3 name=b\nabc\n'],
    ['yEnc without a name', '=ybegin line=128 size=3\nabc\n=yend size=3\n'],
    ['yEnc within another', '=ybegin line=1 size=1 name=a\nabc\n=ybegin line=1 size=1\n=yend size=1\n'],
  ])('leaves as text: %s', (_, text) => expect(split(text)).toEqual({ found: [], text }));

  test('finds files of both kinds in their order', () => {
    const uu = 'begin 644 u\n#0V%T\n`\nend\n';
    const y = `=ybegin line=128 size=3 name=y\n${yenc('Cat')}\n=yend size=3\n`;
    expect(split(`1\n${y}2\n${uu}3\n${y}4\n`)).toEqual({
      found: [
        ['y', 'Cat'],
        ['u', 'Cat'],
        ['y', 'Cat'],
      ],
      text: '1\n2\n3\n4\n',
    });
  });
});
