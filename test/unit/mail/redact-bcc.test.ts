import { describe, expect, test } from 'vitest';
import { redactBcc } from '../../../shared/mail/redact-bcc.ts';

const own = new Set(['own@b.c']);
const mail = (...fields: readonly string[]) =>
  ['From: a@b.c', ...fields, 'Subject: x', '', 'Bcc: kept@in.body', ''].join('\r\n');

const rows: readonly [reason: string, given: string, expected: string][] = [
  ['nothing to hide', mail('To: x@y.z'), mail('To: x@y.z')],
  ['somebody else', mail('Bcc: x@y.z'), mail()],
  ['the reader alone', mail('Bcc: Own <OWN@b.c>'), mail('Bcc: OWN@b.c')],
  ['the reader among others', mail('Bcc: x@y.z, own@b.c, d@e.f'), mail('Bcc: own@b.c')],
  ['folded over lines', mail('Bcc: x@y.z,\r\n\town@b.c,\r\n d@e.f'), mail('Bcc: own@b.c')],
  ['folded behind the colon', mail('Bcc:\r\n x@y.z'), mail()],
  ['several fields', mail('Bcc: x@y.z', 'To: t@u.v', 'bcc: d@e.f'), mail('To: t@u.v')],
  ['the name in any case, with a blank', mail('BCC : own@b.c, x@y.z'), mail('BCC : own@b.c')],
  ['Resent-Bcc', mail('Resent-Bcc: x@y.z'), mail()],
  ['an empty field', mail('Bcc:'), mail()],
  ['a group', mail('Bcc: Board: x@y.z, own@b.c;'), mail('Bcc: own@b.c')],
  ['a name that is the reader’s address', mail('Bcc: "own@b.c" <x@y.z>'), mail()],
  ['an encoded name that hides a line end', mail('Bcc: =?utf-8?Q?x=0D=0AEvil:_1?= <own@b.c>'), mail('Bcc: own@b.c')],
  ['first of all', `Bcc: x@y.z\r\n${mail()}`, mail()],
  ['last of all, without a body', 'From: a@b.c\r\nBcc: x@y.z', 'From: a@b.c\r\n'],
  ['LF', mail('Bcc: x@y.z, own@b.c').replaceAll('\r\n', '\n'), mail('Bcc: own@b.c').replaceAll('\r\n', '\n')],
  ['CR', mail('Bcc: x@y.z').replaceAll('\r\n', '\r'), mail().replaceAll('\r\n', '\r')],
  [
    'CR, the reader among them',
    mail('Bcc: x@y.z, own@b.c').replaceAll('\r\n', '\r'),
    mail('Bcc: own@b.c').replaceAll('\r\n', '\r'),
  ],
  ['a copy of Google’s for a blind recipient', mail('X-Gm-Original-To: x@y.z', 'To: t@u.v'), mail('To: t@u.v')],
  [
    'a copy of Google’s for a visible one',
    mail('X-Gm-Original-To: T@u.v', 'To: t@u.v'),
    mail('X-Gm-Original-To: T@u.v', 'To: t@u.v'),
  ],
  ['a copy of Google’s for the reader', mail('X-Gm-Original-To: own@b.c'), mail('X-Gm-Original-To: own@b.c')],
  ['behind an mbox line', `From a Sat\r\nBcc: x@y.z\r\n${mail()}`, `From a Sat\r\n${mail()}`],
];

describe('redactBcc', () => {
  test.each(rows)('%s', (_, given, expected) => {
    const { bytes, isRedacted } = redactBcc(Buffer.from(given, 'latin1'), own);
    expect(bytes.toString('latin1')).toBe(expected);
    expect(isRedacted).toBe(given !== expected || /^bcc/im.test(given.split(/\r?\n\r?\n/)[0] ?? ''));
  });

  test('leaves the Bcc of a message that is attached: it is content', () => {
    const attached = mail('Content-Type: message/rfc822').replace('Bcc: kept@in.body', 'Bcc: x@y.z\r\n\r\nHello');
    expect(redactBcc(Buffer.from(attached), own)).toMatchObject({ isRedacted: false });
  });
});
