import { describe, expect, test } from 'vitest';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { header, message, multipart, utf8 } from './message.ts';

const TEXT = 'Gr\xfc\xdfe =\xa0\r\n\r\nFrom here\r\n';
const LATIN1 = 'text/plain; charset=iso-8859-1';
const plain = message({ 'Content-Type': LATIN1 }, TEXT);

const pdf = (fields: string, content: string) => `Content-Type: application/pdf\r\n${fields}\r\n\r\n${content}`;
const mixed = (boundary: string, ...parts: string[]) =>
  message({ 'Content-Type': `multipart/mixed; boundary="${boundary}"` }, multipart(boundary, ...parts));
const nested = (fields: string, text: string) =>
  mixed('b', `Content-Type: message/rfc822\r\n\r\nFrom: carol@example.com\r\n${fields}\r\n${text}`);

const same: readonly [reason: string, one: Buffer, other: Buffer][] = [
  [
    'transport fields are added',
    plain,
    Buffer.concat([
      Buffer.from(
        'Received: from a by b\r\nDKIM-Signature: v=1\r\nX-Spam: no\r\nList-Id: x\r\nReturn-Path: <>\r\nDelivered-To: z@example.net\r\n',
      ),
      plain,
    ]),
  ],
  [
    'it comes out of an mbox',
    plain,
    Buffer.concat([Buffer.from('From ann@example.org Thu Jan  1 00:00:00 2026\n'), plain]),
  ],
  ['line ends are LF', plain, Buffer.from(plain.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')],
  [
    'fields are folded anew',
    message({ To: 'bob@example.net, carol@example.com' }, ''),
    message({ To: 'bob@example.net,\r\n\tcarol@example.com' }, ''),
  ],
  [
    'fields stand in another order',
    message({}, ''),
    Buffer.from(`${header().split('\r\n').reverse().join('\r\n').slice(2)}\r\n\r\n`),
  ],
  [
    'quoted-printable',
    plain,
    message(
      { 'Content-Type': LATIN1, 'Content-Transfer-Encoding': 'quoted-printable' },
      'Gr=FC=df=\r\ne =3D=A0\r\n\r\nFrom here\r\n',
    ),
  ],
  [
    'base64',
    plain,
    message(
      { 'Content-Type': LATIN1, 'Content-Transfer-Encoding': 'base64' },
      Buffer.from(TEXT, 'latin1').toString('base64'),
    ),
  ],
  ['UTF-8', plain, message({ 'Content-Type': 'text/plain; charset=utf-8' }, utf8(TEXT))],
  ['a line end more', plain, Buffer.concat([plain, Buffer.from('\r\n')])],
  ['an explicit default type', message({}, 'x'), message({ 'Content-Type': 'Text/Plain; charset=us-ascii' }, 'x')],
  ['ASCII under another charset', message({}, 'x'), message({ 'Content-Type': 'text/plain; charset=utf-8' }, 'x')],
  [
    'encoded words of other encodings',
    message({ Subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=' }, ''),
    message({ Subject: '=?iso-8859-1?B?R3L832U=?=' }, ''),
  ],
  [
    'raw UTF-8 in the header section',
    message({ Subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=' }, ''),
    message({ Subject: utf8('Grüße') }, ''),
  ],
  ['boundaries are renamed', mixed('one', '\r\na', '\r\nb'), mixed('two', '\r\na', '\r\nb')],
  [
    'preamble and epilogue',
    mixed('b', '\r\na'),
    message({ 'Content-Type': 'multipart/mixed; boundary=b' }, `pre\r\n${multipart('b', '\r\na')}epi\r\n`),
  ],
  [
    'base64 in other line lengths',
    mixed('b', pdf('Content-Transfer-Encoding: base64', 'JVBE\r\nRi0x')),
    mixed('b', pdf('Content-Transfer-Encoding: base64', 'JVBERi0x\r\n')),
  ],
  [
    'a name in RFC 2231 and RFC 2047',
    mixed('b', pdf("Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf", 'x')),
    mixed('b', pdf('Content-Disposition: ATTACHMENT; filename="=?utf-8?Q?=C3=A4.pdf?="', 'x')),
  ],
  [
    'a nested message in base64',
    nested('', 'Old'),
    mixed(
      'b',
      `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('From: carol@example.com\r\n\r\nOld').toString('base64')}`,
    ),
  ],
];

const different: readonly [reason: string, one: Buffer, other: Buffer][] = [
  ...['Message-ID', 'Date', 'From', 'To', 'Subject'].map((name): [string, Buffer, Buffer] => [
    `${name} changes`,
    message({}, 'x'),
    message({ [name]: 'changed' }, 'x'),
  ]),
  ...['Sender', 'Reply-To', 'Cc', 'Bcc', 'In-Reply-To', 'References', 'Resent-To', 'Resent-Date'].map(
    (name): [string, Buffer, Buffer] => [
      `${name} is added`,
      message({}, 'x'),
      message({ [name]: '<z@example.net>' }, 'x'),
    ],
  ),
  ['To moves to Cc', message({ Cc: '' }, 'x'), message({ To: '', Cc: 'bob@example.net' }, 'x')],
  [
    'Resent-* fields swap blocks',
    message({ 'Resent-From': 'a@b', 'Resent-To': 'c@d' }, ''),
    message({ 'Resent-To': 'c@d', 'Resent-From': 'a@b' }, ''),
  ],
  ['a letter of the text', message({}, 'x'), message({}, 'y')],
  ['HTML instead of text', message({}, 'x'), message({ 'Content-Type': 'text/html' }, 'x')],
  [
    'bytes of another charset',
    message({ 'Content-Type': LATIN1 }, '\xe4'),
    message({ 'Content-Type': 'text/plain; charset=koi8-r' }, '\xe4'),
  ],
  [
    'undecodable bytes under another label',
    message({ 'Content-Type': 'text/plain; charset=x-a' }, '\xe4'),
    message({ 'Content-Type': 'text/plain; charset=x-b' }, '\xe4'),
  ],
  [
    'an attachment is renamed',
    mixed('b', pdf('Content-Disposition: attachment; filename=a.pdf', 'x')),
    mixed('b', pdf('Content-Disposition: attachment; filename=b.pdf', 'x')),
  ],
  [
    'the name old mail programs show',
    mixed('b', pdf("Content-Disposition: attachment; filename*=''a.pdf; filename=a.pdf", 'x')),
    mixed('b', pdf("Content-Disposition: attachment; filename*=''a.pdf; filename=b.exe", 'x')),
  ],
  [
    'attachment becomes inline',
    mixed('b', pdf('Content-Disposition: attachment', 'x')),
    mixed('b', pdf('Content-Disposition: inline', 'x')),
  ],
  [
    'a line end in binary content',
    mixed('b', pdf('Content-Type: application/pdf', 'x\r\n')),
    mixed('b', pdf('Content-Type: application/pdf', 'x')),
  ],
  ['content moves between parts', mixed('b', '\r\nab', '\r\nc'), mixed('b', '\r\na', '\r\nbc')],
  ['parts swap', mixed('b', '\r\na', '\r\nb'), mixed('b', '\r\nb', '\r\na')],
  ['images of a page swap', related('1', '2'), related('2', '1')],
  [
    'nesting',
    mixed('b', `Content-Type: multipart/mixed; boundary=c\r\n\r\n${multipart('c', '\r\na')}`, '\r\nb'),
    mixed('b', `Content-Type: multipart/mixed; boundary=c\r\n\r\n${multipart('c', '\r\na', '\r\nb')}`),
  ],
  [
    'mixed becomes alternative',
    mixed('b', '\r\na', '\r\nb'),
    message({ 'Content-Type': 'multipart/alternative; boundary=b' }, multipart('b', '\r\na', '\r\nb')),
  ],
  ['a field of a nested message', nested('X-Any: 1\r\n', 'Old'), nested('X-Any: 2\r\n', 'Old')],
  ['the text of a nested message', nested('', 'Old'), nested('', 'New')],
  ['a nested message becomes text', nested('', 'Old'), mixed('b', '\r\nFrom: carol@example.com\r\n\r\nOld')],
  ['a blank in the signed part', signed('a b'), signed('a b ')],
  [
    'an encoded word that imitates two addresses',
    message({ To: '=?utf-8?Q?eve=40example=2Ecom=2C?= <bob@example.net>' }, ''),
    message({ To: 'eve@example.com, <bob@example.net>' }, ''),
  ],
];

const anomalous: readonly [reason: string, expected: string, bytes: Buffer][] = [
  ['no Message-ID', 'no_message_id', message({ 'Message-ID': '' }, '')],
  ['no Date', 'no_date', message({ Date: ' ' }, '')],
  ['From twice', 'repeated_singleton_field', Buffer.from(`${header()}FROM: eve@example.net\r\n\r\n`)],
  ['two types', 'repeated_singleton_field', mixed('b', 'Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx')],
  ['From twice in a nested message', 'repeated_singleton_field', nested('From: eve@example.net\r\n', '')],
  ['base64 outside the alphabet', 'malformed_base64', message({ 'Content-Transfer-Encoding': 'base64' }, 'QUJ!')],
  ['base64 after padding', 'malformed_base64', message({ 'Content-Transfer-Encoding': 'base64' }, 'QQ==QQ==')],
  ['base64 of wrong length', 'malformed_base64', message({ 'Content-Transfer-Encoding': 'base64' }, 'QUJDR')],
  [
    'malformed quoted-printable',
    'malformed_quoted_printable',
    message({ 'Content-Transfer-Encoding': 'quoted-printable' }, 'a=ZZ'),
  ],
  ['unknown transfer encoding', 'unknown_transfer_encoding', message({ 'Content-Transfer-Encoding': 'x-secret' }, 'a')],
  [
    'uuencode without end',
    'malformed_uuencode',
    message({ 'Content-Transfer-Encoding': 'x-uuencode' }, 'begin 644 a\r\n'),
  ],
  [
    'multipart that never closes',
    'unclosed_boundary',
    message({ 'Content-Type': 'multipart/mixed; boundary=b' }, '--b\r\n\r\nx'),
  ],
  ['multipart that never begins', 'unclosed_boundary', message({ 'Content-Type': 'multipart/mixed; boundary=b' }, 'x')],
  ['multipart without boundary', 'missing_boundary', message({ 'Content-Type': 'multipart/mixed' }, 'x')],
  [
    'a delimiter in the epilogue',
    'delimiter_after_close',
    message({ 'Content-Type': 'multipart/mixed; boundary=b' }, `${multipart('b', '\r\na')}${multipart('b', '\r\nb')}`),
  ],
  [
    'one boundary at two levels',
    'repeated_boundary',
    mixed('b', `Content-Type: multipart/mixed; boundary=b\r\n\r\n${multipart('b', '\r\na')}`),
  ],
  [
    'an encoded multipart',
    'encoded_multipart',
    message(
      { 'Content-Type': 'multipart/mixed; boundary=b', 'Content-Transfer-Encoding': 'base64' },
      multipart('b', '\r\na'),
    ),
  ],
  [
    'a boundary twice',
    'repeated_parameter',
    message({ 'Content-Type': 'multipart/mixed; boundary=b; boundary=c' }, multipart('b', '\r\na')),
  ],
  ['a type without subtype', 'malformed_content_type', message({ 'Content-Type': 'text' }, 'x')],
  ['a line that is no field', 'line_without_field', Buffer.from(`Subject\r\n${header()}\r\n`)],
  ['a body without empty line', 'no_blank_line', Buffer.from(`${header()}Hello there\r\n`)],
  ['a line of blanks in the header section', 'whitespace_line_in_header', message({ 'X-A': 'b\r\n \r\n c' }, '')],
  ['NUL', 'nul_in_header', message({ 'X-A': 'a\0b' }, '')],
  ['CR', 'bare_cr_in_header', message({ Subject: 'a\rBcc: eve@example.net' }, '')],
  ['only CR', 'bare_cr_line_ends', Buffer.from(message({}, 'x').toString('latin1').replaceAll('\r\n', '\r'))],
  ['a byte order mark', 'byte_order_mark', Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), message({}, '')])],
  ['a blank line at the start', 'blank_line_at_start', Buffer.concat([Buffer.from('\r\n'), message({}, '')])],
];

describe('fingerprint', () => {
  test.each(same)('stays the same where %s', (_, one, other) => {
    expect(read(one).anomalies).toEqual([]);
    expect(read(other).anomalies).toEqual([]);
    expect(read(other).fingerprint).toBe(read(one).fingerprint);
  });

  test.each(different)('differs by %s', (_, one, other) => {
    expect(read(one).fingerprint).not.toBe(read(other).fingerprint);
  });

  test.each(anomalous)('covers the exact bytes because of %s', (_, expected, bytes) => {
    const changed = Buffer.concat([Buffer.from('X-Other: 1\r\n'), bytes]);
    expect(read(bytes).anomalies).toContain(expected);
    expect(read(bytes).fingerprint).toBe(read(Buffer.from(bytes)).fingerprint);
    expect(read(bytes).fingerprint).not.toBe(read(changed).fingerprint);
  });
});

function related(first: string, second: string): Buffer {
  const image = (id: string, content: string) => `Content-Type: image/gif\r\nContent-ID: <${id}>\r\n\r\n${content}`;
  const body = multipart(
    'b',
    'Content-Type: text/html\r\n\r\n<img src="cid:1">',
    image(first, 'one'),
    image(second, 'two'),
  );
  return message({ 'Content-Type': 'multipart/related; boundary=b' }, body);
}

function signed(text: string): Buffer {
  const body = multipart(
    'b',
    `Content-Type: text/plain\r\n\r\n${text}`,
    'Content-Type: application/pgp-signature\r\n\r\nx',
  );
  return message({ 'Content-Type': 'multipart/signed; boundary=b' }, body);
}

function read(bytes: Buffer) {
  const facts = readOriginal(bytes);
  if (facts === undefined) throw new Error('not a message');
  return facts;
}
