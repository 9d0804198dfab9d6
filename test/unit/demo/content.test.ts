import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { charsetBytes } from '../../../infra/local/demo/charset-bytes.ts';
import { textPdf } from '../../../infra/local/demo/content/pdf.ts';
import { curvePng } from '../../../infra/local/demo/content/png.ts';
import { storedZip } from '../../../infra/local/demo/content/zip.ts';
import { dotStuffed } from '../../../infra/local/demo/smtp-client.ts';

describe('charsetBytes', () => {
  test('writes ISO-2022-JP with escape sequences, back in ASCII at the end of a line', () => {
    expect(charsetBytes('校正\r\nOK', 'iso-2022-jp')?.toString('latin1')).toBe('\x1b$B9;@5\x1b(B\r\nOK');
  });

  test('says so where a charset lacks a character', () => {
    expect(charsetBytes('100 €', 'iso-8859-1')).toBeUndefined();
    expect(charsetBytes('한국', 'iso-2022-jp')).toBeUndefined();
  });
});

test('a PNG holds rows of pixels as long as its header says', () => {
  const png = curvePng([200, 0, 0], 1, 16);
  const at = png.indexOf('IDAT');
  const pixels = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  expect([png.readUInt32BE(16), pixels.length]).toEqual([16, 16 * (1 + 16 * 3)]);
});

test('every object of a PDF stands where its table says', () => {
  const pdf = textPdf(['Rechnung (1)', 'Größe']).toString('latin1');
  const offsets = [...pdf.matchAll(/^(\d{10}) 00000 n $/gm)].map((match) => Number(match[1]));
  expect(offsets.map((offset, index) => pdf.startsWith(`${index + 1} 0 obj`, offset))).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(pdf.startsWith('xref', Number(/startxref\n(\d+)/.exec(pdf)?.[1]))).toBe(true);
});

test('a ZIP lists its files where they are', () => {
  const zip = storedZip([
    { name: 'a.txt', content: Buffer.from('one') },
    { name: 'b.txt', content: Buffer.from('two') },
  ]);
  const end = zip.indexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const directory = zip.readUInt32LE(end + 16);
  expect(zip.readUInt32LE(directory)).toBe(0x02014b50);
  const second = directory + 46 + 'a.txt'.length;
  const local = zip.readUInt32LE(second + 42);
  expect(zip.subarray(local + 30, local + 38).toString()).toBe('b.txttwo');
});

test('dots at the start of lines are doubled, and only those', () => {
  expect(dotStuffed(Buffer.from('.a\r\nb.\r\n..\r\n')).toString()).toBe('..a\r\nb.\r\n...\r\n.\r\n');
});
