import { describe, expect, test } from 'vitest';
import { decompressRtf } from '../../../shared/mail/tnef/compressed-rtf.ts';

/** [MS-OXRTFCP], 3.1.1 and 3.1.2: the examples of the specification. */
const SIMPLE = '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0';
const OVERLAPPING = '1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0';
const decompress = (hex: string) => decompressRtf(Buffer.from(hex, 'hex')).toString('latin1');

describe('decompressRtf', () => {
  test.each([
    ['text that refers to the dictionary', SIMPLE, '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n'],
    ['a reference that runs into what it writes', OVERLAPPING, '{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}'],
    ['uncompressed RTF', `${'10000000'}06000000${'4d454c41'}00000000${'7b5c727466317d'}`, '{\\rtf1'],
  ])('reads %s', (_, hex, expected) => expect(decompress(hex)).toBe(expected));

  test('reads what is cut short as far as it goes', () => {
    for (let length = 0; length < SIMPLE.length; length += 2) {
      expect('{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n').toContain(decompress(SIMPLE.slice(0, length)));
    }
    expect(decompress(SIMPLE.slice(0, 58))).toBe('{\\rtf1\\ansi\\ansicpg1252');
  });

  test('asks for no more memory than the input can give', () => {
    const lie = Buffer.from(SIMPLE, 'hex');
    lie.writeUInt32LE(0xffffffff, 4);
    expect(decompressRtf(lie).length).toBeLessThan(9 * lie.length);
  });

  test('answers nothing for something else', () => expect(decompress('00'.repeat(40))).toBe(''));
});
