import { describe, expect, test } from 'vitest';
import type { ImapValue } from '../../../shared/sources/imap/imap-values.ts';
import { factsOf, messageData } from '../../../shared/sources/imap/message-data.ts';
import { decodeModifiedUtf7 } from '../../../shared/sources/imap/modified-utf7.ts';
import { sequenceSet } from '../../../shared/sources/imap/sequence-set.ts';

const atom = (value: string): ImapValue => ({ type: 'ATOM', value });
const fetched = (...data: readonly ImapValue[]) => messageData({ command: '12', attributes: [atom('FETCH'), data] });

describe('decodeModifiedUtf7', () => {
  test.each([
    { name: 'Entw&APw-rfe', expected: 'Entwürfe' },
    { name: '~peter/mail/&U,BTFw-/&ZeVnLIqe-', expected: '~peter/mail/台北/日本語' },
    { name: '&2D3eAA- smile', expected: '😀 smile' },
    { name: 'R&-D', expected: 'R&D' },
    { name: 'Q & A', expected: 'Q & A' },
    { name: '&A-', expected: '&A-' },
    { name: 'Entwürfe', expected: 'Entwürfe' },
  ])('$name', ({ name, expected }) => {
    expect(decodeModifiedUtf7(name)).toBe(expected);
  });
});

describe('messageData', () => {
  test.each([
    { text: ' 2-Jan-2026 03:04:05 +0200', expected: '2026-01-02T01:04:05.000Z' },
    { text: '02-Jan-2026 23:04:05 -0330', expected: '2026-01-03T02:34:05.000Z' },
    { text: '02-Foo-2026 23:04:05 +0000', expected: undefined },
    { text: 'yesterday', expected: undefined },
  ])('reads the internal date $text', ({ text, expected }) => {
    expect(fetched(atom('INTERNALDATE'), { type: 'STRING', value: text })?.internalDate).toBe(expected);
  });

  test('reads what is there, in any order, and leaves out what is not told', () => {
    const flags = [atom('\\Seen'), atom('\\Recent'), atom('$Junk')];
    const data = fetched(atom('FLAGS'), flags, atom('RFC822.SIZE'), atom('42'), atom('UID'), atom('7'));
    expect(data && factsOf(data)).toEqual({ key: '0000000007', flags: ['\\Seen', '$Junk'], sizeBytes: 42 });
  });

  test('tells the whole body from a part of it, and NIL from nothing', () => {
    const body = { type: 'ATOM', value: 'BODY', section: [] };
    const header = { type: 'ATOM', value: 'BODY', section: [atom('HEADER')] };
    const literal = { type: 'LITERAL', value: Buffer.from('bytes') };
    expect(fetched(body, literal)?.body).toEqual(Buffer.from('bytes'));
    expect(fetched(header, literal)?.body).toBeUndefined();
    expect(fetched(body, null)?.body).toBeUndefined();
  });

  test('knows no message without a UID', () => {
    expect(factsOf({ sizeBytes: 1 })).toBeUndefined();
    expect(messageData({ command: 'OK', attributes: [] })).toBeUndefined();
  });
});

test('sequence sets name runs as ranges, in order', () => {
  expect(sequenceSet([5, 1, 2, 3, 9])).toBe('1:3,5,9');
});
