import { describe, expect, test } from 'vitest';
import { decodeLeniently } from '../../../shared/mail/charset.ts';

const JAPANESE = '日本語のメール';
const EUC_JP = Buffer.from('c6fccbdcb8eca4cea5e1a1bca5eb', 'hex');
const SHIFT_JIS = Buffer.from('93fa967b8cea82cc8381815b838b', 'hex');
const ISO_2022_JP = Buffer.from('\x1b$BF|K\\8l$N%a!<%k\x1b(B', 'latin1');

describe('decodeLeniently', () => {
  test.each([
    ['EUC-JP called ISO-2022-JP', EUC_JP, 'iso-2022-jp', JAPANESE],
    ['Shift_JIS called EUC-JP', SHIFT_JIS, 'euc-jp', JAPANESE],
    ['UTF-8 called ISO-2022-JP', Buffer.from(JAPANESE), 'ISO-2022-JP', JAPANESE],
    ['ISO-2022-JP of joined pieces', Buffer.concat([ISO_2022_JP, ISO_2022_JP]), 'iso-2022-jp', JAPANESE + JAPANESE],
    ['ISO-2022-KR', Buffer.from('\x1b$)CA \x0eGQ19>n\x0f B\n', 'latin1'), 'iso-2022-kr', 'A 한국어 B\n'],
    ['UTF-16, big endian by its mark', Buffer.from('feff263a', 'hex'), 'utf-16', '☺'],
    ['UTF-16, little endian by its mark', Buffer.from('fffe3a26', 'hex'), 'utf-16', '☺'],
    ['UTF-16 without a mark', Buffer.from('263a0041', 'hex'), 'UTF-16', '☺A'],
    ['UTF-16 without a mark, as Windows writes it', Buffer.from('41003a26', 'hex'), 'utf-16', 'A☺'],
    ['UTF-8 cut in a character, without a label', Buffer.from('d0bfd180d0', 'hex'), 'us-ascii', 'пр\ufffd'],
    ['windows-1252 without a label', Buffer.from('47fcdf', 'hex'), 'us-ascii', 'Güß'],
    ['UTF-7', Buffer.from('Gr+APw-n'), 'utf-7', 'Grün'],
    ['DOS code pages', Buffer.of(0x81), 'cp850', 'ü'],
    ['invalid bytes', Buffer.of(0x41, 0xff), 'utf-8', 'A\ufffd'],
    ['a label that nobody knows', Buffer.of(0xfc), 'x-none', 'ü'],
  ])('reads %s', (_, bytes, label, expected) => expect(decodeLeniently(bytes, label)).toBe(expected));
});
