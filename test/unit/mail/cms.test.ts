import { describe, expect, test } from 'vitest';
import { signedContent } from '../../../shared/mail/cms.ts';
import { ber, der, signedData } from './containers.ts';

const piece = (text: string) => der(0x04, Buffer.from(text));
const textOf = (cms: Buffer) => signedContent(cms)?.toString();

describe('signedContent', () => {
  test.each([
    ['DER', signedData(piece('content'))],
    ['BER of indefinite length', signedData(piece('content'), ber)],
    ['an octet string in pieces', signedData(der(0x24, piece('con'), piece(''), piece('tent')))],
    ['pieces of indefinite length', signedData(ber(0x24, piece('con'), piece('tent')), ber)],
    ['pieces within pieces', signedData(ber(0x24, der(0x24, piece('con')), ber(0x24, piece('tent'))), ber)],
  ])('reads %s', (_, cms) => expect(textOf(cms)).toBe('content'));

  test('reads what is cut short as far as it goes', () => {
    const cms = signedData(piece('content'), ber);
    const cut = cms.subarray(0, cms.indexOf('tent'));
    expect(textOf(cut)).toBe('con');
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['enveloped data', der(0x30, der(0x06, Buffer.from('2a864886f70d010703', 'hex')), der(0xa0, piece('x')))],
    ['signed data without content', der(0x30, der(0x06, Buffer.from('2a864886f70d010702', 'hex')), der(0xa0))],
    ['text', Buffer.from('Content-Type: text/plain\r\n\r\nx')],
    ['a length that is a lie', Buffer.from('3086ffffffffffff', 'hex')],
  ])('answers undefined for %s', (_, cms) => expect(signedContent(cms)).toBeUndefined());

  test('reads pieces in pieces to a depth, and leaves out what is deeper', () => {
    const nested = (depth: number): Buffer => (depth === 0 ? piece('content') : der(0x24, nested(depth - 1)));
    expect(textOf(signedData(nested(40)))).toBe('content');
    expect(textOf(signedData(der(0x24, nested(60), piece('rest'))))).toBe('rest');
  });

  test('comes to an end in elements that never do', () => {
    const bottomless = Buffer.from('3080'.repeat(100_000), 'hex');
    expect(signedContent(bottomless)).toBeUndefined();
    expect(signedContent(signedData(Buffer.from('2480'.repeat(100_000), 'hex'), ber))).toBeDefined();
  });
});
