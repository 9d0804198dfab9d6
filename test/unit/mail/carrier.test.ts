import { describe, expect, test } from 'vitest';
import { type Carried, carriedBy } from '../../../shared/mail/carrier.ts';
import {
  deliveryStatus,
  multipart,
  NOTIFICATION,
  ndr,
  nested,
  ORIGINAL,
  part,
  REPORT_TEXT,
  type ReportOptions,
  report,
} from './carrier-mail.ts';

const isEndpoint = (address: string) => address.toLowerCase().endsWith('@journal.example.org');

/** Takes the carrier off, and checks that what is left is a slice of the arrival. */
function unwrap(raw: string): Carried & { readonly original: string } {
  const arrival = Buffer.from(raw, 'latin1');
  const carried = carriedBy(arrival, isEndpoint);
  const { offset, bytes } = carried;
  expect(bytes.equals(arrival.subarray(offset, offset + bytes.length))).toBe(true);
  if (carried.carrier === 'none') expect([offset, bytes.length]).toEqual([0, arrival.length]);
  return { ...carried, original: bytes.toString('latin1') };
}

const MARKED = ['X-MS-Exchange-Message-Is-Ndr:'];
const base64 = (text: string) => `${Buffer.from(text, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;
const CLEAR = nested(ORIGINAL);
const PROTECTED_MAIL = multipart('multipart/mixed', [], [part('application/x-microsoft-rpmsg-message', 'AAAA')]);
const PROTECTED = nested(PROTECTED_MAIL);
const FORWARDS_PROTECTED = multipart('multipart/mixed', [], [part('text/plain', 'see below'), PROTECTED]);
const APPLE = 'X-MS-Journal-Report:\r\n';

const reports: readonly [reason: string, options: ReportOptions][] = [
  ['X-MS-Journal-Report, empty as it often is', {}],
  ['X-MS-Journal-Report with a value', { fields: ['X-MS-Journal-Report: yes'] }],
  ['the field of Exchange inside', { fields: ['X-MS-Exchange-Organization-Journal-Report:'] }],
  ['the field in any case', { fields: ['x-ms-journal-report:'] }],
  ['structure alone', { fields: [] }],
  ['a report part in quoted-printable', { textFields: ['Content-Transfer-Encoding: quoted-printable'] }],
  [
    'a report part in base64',
    { text: base64(REPORT_TEXT), textFields: ['Content-Transfer-Encoding: base64'], textType: 'text/plain' },
  ],
  ['a report part without a Content-Type charset', { textType: 'text/plain' }],
  ['message/rfc822 in 8bit', { originals: [nested(ORIGINAL, 'Content-Transfer-Encoding: 8bit')] }],
  ['message/rfc822 in binary (Microsoft 365)', { originals: [nested(ORIGINAL, 'Content-Transfer-Encoding: binary')] }],
  ['a name and a disposition', { originals: [nested(ORIGINAL, 'Content-Disposition: attachment; filename="a.eml"')] }],
  ['another part behind, where the field marks it', { originals: [CLEAR, part('text/plain', 'Scanned: clean')] }],
  ['the protected message behind its clear copy', { originals: [CLEAR, PROTECTED] }],
  ['the protected message before its clear copy', { originals: [PROTECTED, CLEAR] }],
];

describe('a journal report is taken off', () => {
  test.each(reports)('with %s', (_, options) => {
    const { carrier, original, report: said } = unwrap(report(options));
    expect(carrier).toBe('report');
    expect(original).toBe(ORIGINAL);
    expect(said).toMatchObject({ sender: 'anna@example.org', messageId: '<1@example.org>' });
    expect(said?.recipients.map(({ kind }) => kind)).toEqual(['to', 'bcc']);
  });

  test('where the clear copy itself forwards protected mail', () => {
    const { original } = unwrap(report({ originals: [PROTECTED, nested(FORWARDS_PROTECTED)] }));
    expect(original).toBe(FORWARDS_PROTECTED);
  });

  test('where the protected message is all there is', () => {
    expect(unwrap(report({ originals: [PROTECTED] })).original).toBe(PROTECTED_MAIL);
  });

  test.each([
    ['LF', (text: string) => text.replaceAll('\r\n', '\n')],
    [
      'LF outside and CRLF inside',
      (text: string) => text.split(ORIGINAL).join('\0').replaceAll('\r\n', '\n').replace('\0', ORIGINAL),
    ],
    ['CRLF outside and LF inside', (text: string) => text.replace(ORIGINAL, ORIGINAL.replaceAll('\r\n', '\n'))],
  ])('with %s as line ends', (_, change) => {
    const { carrier, original } = unwrap(change(report()));
    expect(carrier).toBe('report');
    expect(original.replaceAll('\r\n', '\n')).toBe(ORIGINAL.replaceAll('\r\n', '\n'));
  });

  test.each([
    ['iso-8859-1', 'Pr\xfcfung', '8bit'],
    ['utf-8', 'Pr\xc3\xbcfung', '8bit'],
    ['iso-8859-1', 'Pr=FCfung', 'quoted-printable'],
    ['utf-8', 'Pr=C3=BCf=\r\nung', 'quoted-printable'],
    ['us-ascii', 'Pr\xfcfung', '8bit'],
  ])('with a subject in %s: %s', (charset, subject, encoding) => {
    const text = REPORT_TEXT.replace('Plan', subject);
    const textFields = [`Content-Transfer-Encoding: ${encoding}`];
    const { report: said } = unwrap(report({ text, textType: `text/plain; charset="${charset}"`, textFields }));
    expect(said?.subject).toBe('Prüfung');
  });

  test('one layer only: the report in a report is mail', () => {
    const inner = report({ text: REPORT_TEXT.replace('anna', 'inner') });
    const { original, report: said } = unwrap(report({ originals: [nested(inner)] }));
    expect(original).toBe(inner);
    expect(said?.sender).toBe('anna@example.org');
  });

  test('behind an mbox line and a byte order mark', () => {
    expect(unwrap(`From x Sat Nov 21\r\n${report()}`).original).toBe(ORIGINAL);
    expect(unwrap(`\xef\xbb\xbf${report()}`).original).toBe(ORIGINAL);
  });

  test('where it never closes: the message goes to the end', () => {
    const cut = report().replace(/\r\n--_\d+_--\r\n$/, '');
    expect(unwrap(cut)).toMatchObject({ carrier: 'report', original: ORIGINAL });
  });
});

const ndrs: readonly [reason: string, raw: string, original: string, said: boolean][] = [
  ['that Exchange marked, with a report', ndr(nested(report()), MARKED), ORIGINAL, true],
  ['that Exchange marked, with mail', ndr(CLEAR, MARKED), ORIGINAL, false],
  ['to an endpoint', ndr(CLEAR, [], 'rfc822; j-1@journal.example.org'), ORIGINAL, false],
  ['to an endpoint, in any case', ndr(CLEAR, [], 'RFC822;J-1@JOURNAL.example.org'), ORIGINAL, false],
  ['to an endpoint, in brackets', ndr(CLEAR, [], 'rfc822; <j-1@journal.example.org>'), ORIGINAL, false],
  ['to an endpoint, folded', ndr(CLEAR, [], 'rfc822;\r\n j-1@journal.example.org'), ORIGINAL, false],
  ['to an endpoint, with a report', ndr(nested(report()), [], 'rfc822; j-1@journal.example.org'), ORIGINAL, true],
];

describe('a non-delivery report is taken off', () => {
  test.each(ndrs)('%s', (_, raw, original, said) => {
    const carried = unwrap(raw);
    expect(carried.carrier).toBe('ndr');
    expect(carried.original).toBe(original);
    expect(carried.report !== undefined).toBe(said);
  });

  test('which names an endpoint among others', () => {
    const status = deliveryStatus(
      'Final-Recipient: rfc822; x@y.z',
      '',
      'Final-Recipient: rfc822; j@journal.example.org',
    );
    const raw = multipart('multipart/report; report-type=delivery-status', [], [NOTIFICATION, status, CLEAR]);
    expect(unwrap(raw)).toMatchObject({ carrier: 'ndr', original: ORIGINAL });
  });

  test('which is encoded, or for addresses beyond ASCII (RFC 6533)', () => {
    const status = 'Final-Recipient: utf-8; j@journal.example.org\r\n';
    const encoded = part('message/delivery-status', base64(status), 'Content-Transfer-Encoding: base64');
    const global = part('message/global-delivery-status', status);
    for (const one of [encoded, global]) {
      expect(unwrap(multipart('multipart/report', [], [NOTIFICATION, one, CLEAR])).carrier).toBe('ndr');
    }
  });
});

const signature = `Sender: anna@example.org\r\nwrote this to us on Friday:\r\n`;
const whole: readonly [reason: string, raw: string][] = [
  ['mail', ORIGINAL],
  ['nothing', ''],
  ['a marked report without a message', report({ originals: [] })],
  ['a marked report with a file instead', report({ originals: [part('application/octet-stream', 'x')] })],
  [
    'a report whose message is encoded',
    report({ originals: [nested(base64(ORIGINAL), 'Content-Transfer-Encoding: base64')] }),
  ],
  ['a report whose message has no header field', report({ originals: [nested('\r\nHello\r\n')] })],
  ['a marked mail of another kind', `X-MS-Journal-Report:\r\n${ORIGINAL}`],
  ['a marked report whose text says nothing', report({ text: 'Hello\r\n' })],
  ['a marked report as HTML', report({ textType: 'text/html' })],
  ['a marked multipart/alternative', report().replace('multipart/mixed', 'multipart/alternative')],
  ['a report in base64 as a whole', `${APPLE}Content-Type: multipart/mixed; boundary=x\r\n\r\n${base64(report())}`],
  ['mail forwarded below text', report({ fields: [], text: 'See below\r\n' })],
  ['mail forwarded below text that begins with Sender', report({ fields: [], text: signature })],
  ['mail forwarded below a report without Message-ID', report({ fields: [], text: 'Sender: a@b.c\r\nTo: d@e.f\r\n' })],
  [
    'mail forwarded below a report without recipients',
    report({ fields: [], text: 'Sender: a@b.c\r\nMessage-ID: <1>\r\n' }),
  ],
  ['mail forwarded below a report, with a file', report({ fields: [], originals: [CLEAR, part('image/png', 'x')] })],
  ['a report forwarded by a person', report({ fields: [], text: 'FYI\r\n', originals: [nested(report())] })],
  ['an NDR to somebody else', ndr(CLEAR, [])],
  ['an NDR to somebody else, with a report', ndr(nested(report()), [])],
  ['an NDR to a domain that only looks alike', ndr(CLEAR, [], 'rfc822; j@journal.example.org.evil.example')],
  [
    'an NDR with an endpoint as its original recipient',
    ndr(CLEAR, []).replace('Final-Recipient', 'Original-Recipient'),
  ],
  [
    'an NDR whose explanation names an endpoint',
    ndr(CLEAR, []).replace('Sorry', 'Final-Recipient: rfc822; j@journal.example.org'),
  ],
  ['a marked NDR with the header section only', ndr(part('text/rfc822-headers', ORIGINAL), MARKED)],
  ['a marked NDR whose message is encoded', ndr(nested(base64(ORIGINAL), 'Content-Transfer-Encoding: base64'), MARKED)],
  ['a read receipt that is marked', multipart('multipart/mixed', MARKED, [NOTIFICATION, CLEAR])],
  ['a report with CR as line end', report().replaceAll('\r\n', '\r')],
];

describe('everything else stays whole', () => {
  test.each(whole)('%s', (_, raw) => {
    const { carrier, original, report: said } = unwrap(raw);
    expect([carrier, said]).toEqual(['none', undefined]);
    expect(original).toBe(raw);
  });
});
