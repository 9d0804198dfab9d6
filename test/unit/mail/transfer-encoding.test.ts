import { describe, expect, test } from 'vitest';
import { decodeTransferEncoding, type TransferEncoding } from '../../../shared/mail/transfer-encoding.ts';

const good: readonly [reason: string, encoding: TransferEncoding, encoded: string, content: string][] = [
  ['base64', 'base64', 'SGVsbG8=\r\n', 'Hello'],
  ['base64 with blanks and broken lines', 'base64', ' SGV\n\tsbG8\r\n= ', 'Hello'],
  ['empty base64', 'base64', '\r\n', ''],
  ['quoted-printable', 'quoted-printable', 'a=3Db=\r\nc', 'a=bc'],
  ['lower-case digits', 'quoted-printable', '=e4', '\xe4'],
  ['blanks at line ends', 'quoted-printable', 'a \t\r\nb=20 \nc  ', 'a\r\nb \nc'],
  ['blanks behind a soft line break', 'quoted-printable', 'a= \t\r\nb', 'ab'],
  ['a soft line break at the end', 'quoted-printable', 'a=', 'a'],
  ['uuencode', 'uuencode', 'begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n', 'Cat'],
  ['uuencode behind other lines', 'uuencode', 'Here:\n\nbegin 644 a\n#0V%T\n \nend\nmore', 'Cat'],
  ['nothing', 'identity', 'a=3D\0\xff', 'a=3D\0\xff'],
];

const bad: readonly [reason: string, encoding: TransferEncoding, encoded: string, content: string, anomaly: string][] =
  [
    ['characters outside the alphabet', 'base64', 'SGVs*bG8=', 'Hello', 'malformed_base64'],
    ['missing padding', 'base64', 'SGVsbG8', 'Hello', 'malformed_base64'],
    ['data after padding', 'base64', 'SGVsbG8=SGVsbG8=', 'HelloHello', 'malformed_base64'],
    ['URL-safe alphabet', 'base64', 'SGV-bG8_', Buffer.from('SGVbG8', 'base64').toString('latin1'), 'malformed_base64'],
    ['three paddings', 'base64', 'S===', '', 'malformed_base64'],
    ['no digits behind =', 'quoted-printable', 'a=ZZb=', 'a=ZZb', 'malformed_quoted_printable'],
    ['one digit behind =', 'quoted-printable', '=4', '=4', 'malformed_quoted_printable'],
    ['no begin', 'uuencode', '#0V%T\n', '#0V%T\n', 'malformed_uuencode'],
    ['no end', 'uuencode', 'begin 644 a\n#0V%T\n', 'Cat', 'malformed_uuencode'],
    [
      'a line that is cut',
      'uuencode',
      'begin 644 a\nM0V%T\nend\n',
      `Cat${'\0'.repeat(42)}`.slice(0, 22),
      'malformed_uuencode',
    ],
    ['an unknown encoding', 'unknown', 'abc', 'abc', 'unknown_transfer_encoding'],
  ];

describe('decodeTransferEncoding', () => {
  test.each(good)('decodes %s', (_, encoding, encoded, content) => {
    const decoded = decodeTransferEncoding(Buffer.from(encoded, 'latin1'), encoding);
    expect(decoded.content.toString('latin1')).toBe(content);
    expect(decoded.anomaly).toBeUndefined();
  });

  test.each(bad)('makes the best of %s, and says so', (_, encoding, encoded, content, anomaly) => {
    const decoded = decodeTransferEncoding(Buffer.from(encoded, 'latin1'), encoding);
    expect(decoded.content.toString('latin1')).toBe(content);
    expect(decoded.anomaly).toBe(anomaly);
  });
});
