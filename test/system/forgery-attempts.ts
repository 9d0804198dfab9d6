import { deliveryStatus, multipart, NOTIFICATION, nested, part, report } from '../unit/mail/carrier-mail.ts';
import { mail } from './running-system.ts';

/** Folders in which the people of the archive find the message; nobody else finds it. */
type Filed = Readonly<Partial<Record<'boss' | 'anna' | 'bert' | 'ida', 'Inbox' | 'Sent' | 'Inbox Sent'>>>;

/** What somebody sends who knows the address of an endpoint, and where it must lie then, beside the endpoint's mailbox. */
export interface Attempt {
  readonly attempt: string;
  /** The endpoint that trusts mx.example.org, instead of one that trusts nobody. */
  readonly toTrusting?: true;
  /** The bytes, one per character; `subject` tells the message apart. */
  raw(subject: string, endpoint: string): string;
  readonly filed: Filed;
}

const by = (host: string) => `Received: from a by ${host}; Sat, 21 Nov 2026 10:00:00 +0000\r\n`;
const REAL = by('mx.example.org');
const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

function plain(subject: string, fields: Readonly<Record<string, string>> = {}): string {
  const id = `<${subject.replaceAll(' ', '.')}@evil.example>`;
  return mail({ From: 'x@evil.example', To: 'y@evil.example', Subject: subject, 'Message-ID': id, ...fields });
}

const withFields = (fields: Readonly<Record<string, string>>) => (subject: string) => plain(subject, fields);
const below = (trace: string) => (subject: string) => trace + plain(subject);

function said(...lines: readonly string[]): string {
  return ['Sender: x@evil.example', 'Message-ID: <1@evil.example>', ...lines, ''].join('\r\n');
}

/** A carrier that anna did not write. */
const byStranger = (raw: string) => raw.replace('From: anna@example.org', 'From: x@evil.example');

const carried: readonly Attempt[] = [
  {
    attempt: 'a report that names people of other organisations only',
    raw: (subject) => report({ text: said('To: boss@other.example'), originals: [nested(plain(subject))] }),
    filed: {},
  },
  {
    attempt: 'header fields in a reported message that claim more than the report',
    raw: (subject) =>
      report({ text: said('To: bert@example.org'), originals: [nested(plain(subject, { To: 'boss@example.org' }))] }),
    filed: { bert: 'Inbox' },
  },
  {
    attempt: 'a report in a report: the outer one decides',
    raw: (subject) => {
      const inner = report({
        fields: [`Subject: ${subject}`, 'X-MS-Journal-Report:'],
        text: said('To: boss@example.org'),
      });
      return report({ text: said('To: bert@example.org'), originals: [nested(inner)] });
    },
    filed: { bert: 'Inbox' },
  },
  {
    attempt: 'a report forwarded below text',
    raw: (subject) => {
      const inner = nested(report({ text: said('To: boss@example.org') }));
      return byStranger(report({ fields: [`Subject: ${subject}`], text: 'For your eyes\r\n', originals: [inner] }));
    },
    filed: {},
  },
  {
    attempt: 'mail forwarded below text that begins like a report',
    raw: (subject) =>
      byStranger(report({ fields: [`Subject: ${subject}`], text: 'Sender: boss@example.org\r\nhas lost\r\n' })),
    filed: {},
  },
  {
    attempt: 'the field of a report on a mail that is none',
    raw: withFields({ 'X-MS-Journal-Report': 'Bcc: boss@example.org', To: 'bert@example.org' }),
    filed: { bert: 'Inbox' },
  },
  {
    attempt: 'a report in the text of a mail',
    raw: (subject) => `X-MS-Journal-Report:\r\n${plain(subject)}${said('To: boss@example.org')}`,
    filed: {},
  },
  {
    attempt: 'a report whose subject goes on like a recipient',
    raw: (subject) =>
      report({
        text: said('Subject: x', ' Bcc: boss@example.org', 'To: bert@example.org'),
        originals: [nested(plain(subject))],
      }),
    filed: { bert: 'Inbox' },
  },
  {
    attempt: 'a delivery report for a domain that looks like the journal’s',
    raw: (subject) => {
      const status = deliveryStatus('Final-Recipient: rfc822; j@journal.localhost.evil.example');
      const parts = [NOTIFICATION, status, nested(report({ text: said('To: boss@example.org') }))];
      return byStranger(multipart('multipart/report; report-type=delivery-status', [`Subject: ${subject}`], parts));
    },
    filed: {},
  },
  {
    attempt: 'a marked delivery report around a report in a report: one layer of each',
    raw: (subject) => {
      const inner = report({
        fields: [`Subject: ${subject}`, 'X-MS-Journal-Report:'],
        text: said('To: boss@example.org'),
      });
      const parts = [NOTIFICATION, nested(report({ text: said('To: bert@example.org'), originals: [nested(inner)] }))];
      return multipart('multipart/report', ['X-MS-Exchange-Message-Is-Ndr:'], parts);
    },
    filed: { bert: 'Inbox' },
  },
  {
    attempt: 'a report part behind a file',
    raw: (subject) => {
      const parts = [part('image/png', 'x'), part('text/plain', said('To: boss@example.org')), nested(plain('inner'))];
      return byStranger(multipart('multipart/mixed', [`Subject: ${subject}`, 'X-MS-Journal-Report:'], parts));
    },
    filed: {},
  },
];

const traced: readonly Attempt[] = [
  {
    attempt: 'X-Original-To without a trusted host',
    raw: withFields({ 'X-Original-To': 'boss@example.org' }),
    filed: {},
  },
  {
    attempt: 'Delivered-To without a trusted host',
    raw: withFields({ 'Delivered-To': 'boss@example.org' }),
    filed: {},
  },
  {
    attempt: 'X-Gm-Original-To without a trusted host',
    raw: withFields({ 'X-Gm-Original-To': 'boss@example.org' }),
    filed: {},
  },
  {
    attempt: 'Return-Path without a trusted host',
    raw: withFields({ 'Return-Path': '<boss@example.org>' }),
    filed: {},
  },
  {
    attempt: 'fields that other archives believe',
    raw: withFields({
      'Envelope-To': 'boss@example.org',
      'X-Rcpt-To': 'boss@example.org',
      'X-Receiver': 'boss@example.org',
    }),
    filed: {},
  },
  { attempt: 'Reply-To', raw: withFields({ 'Reply-To': 'boss@example.org' }), filed: {} },
  {
    attempt: 'a field below the trusted host',
    toTrusting: true,
    raw: below(`${REAL}X-Gm-Original-To: boss@example.org\r\n`),
    filed: {},
  },
  {
    attempt: 'a field, and a Received field made up, below the trusted host',
    toTrusting: true,
    raw: below(`${REAL}X-Gm-Original-To: boss@example.org\r\n${REAL}`),
    filed: {},
  },
  {
    attempt: 'a HELO name with a host in it, so that the trusted host would go unnoticed',
    toTrusting: true,
    raw: below(`${by('evil.example (x) by mx.example.org')}Delivered-To: boss@example.org\r\n${REAL}`),
    filed: {},
  },
  {
    attempt: 'a Received field of a host that looks like the trusted one',
    toTrusting: true,
    raw: below(`Delivered-To: boss@example.org\r\n${by('mx.example.org.evil.example')}`),
    filed: {},
  },
  {
    attempt: 'a Received field that names the trusted host elsewhere',
    toTrusting: true,
    raw: below(
      'Delivered-To: boss@example.org\r\nReceived: from mx.example.org by evil.example for <a@mx.example.org>; x\r\n',
    ),
    filed: {},
  },
  {
    attempt: 'a Received field in a continuation line of another one',
    toTrusting: true,
    raw: below('Delivered-To: boss@example.org\r\nX-Note: x\r\n\tReceived: from a by mx.example.org; x\r\n'),
    filed: {},
  },
];

/** What stands in To, and whether that is somebody. */
const to = (attempt: string, value: string, filed: Filed = {}): Attempt => ({
  attempt: `To: ${attempt}`,
  raw: withFields({ To: value }),
  filed,
});

const addressed: readonly Attempt[] = [
  to('an encoded word that is an address', '=?utf-8?Q?boss=40example=2Eorg?='),
  to('an encoded word in an address', '<=?utf-8?Q?boss?=@example.org>'),
  to('a name that is an address', '"boss@example.org" <x@evil.example>'),
  to('a name that is an address, without quotes', 'boss@example.org <x@evil.example>'),
  to('an encoded name with an address in brackets', '=?utf-8?Q?=3Cboss=40example.org=3E=2C?= <x@evil.example>'),
  to('a group named like somebody', 'boss@example.org: x@evil.example;'),
  to('a group', 'Team: bert@example.org, x@evil.example;', { bert: 'Inbox' }),
  to('a comment', 'x@evil.example (boss@example.org)'),
  to('a comment with brackets', 'x@evil.example (, <boss@example.org>)'),
  to('a comment in an address, which RFC 5322 allows', '<boss(x)@example.org>', { boss: 'Inbox' }),
  to('an address as a local part', '"boss@example.org"@evil.example'),
  to('two domains', 'boss@example.org@evil.example'),
  to('a route', '<@example.org,@boss:x@evil.example>'),
  to('a Cyrillic letter', utf8('b\u043ess@example.org')),
  to('a full-width letter', utf8('\uff42oss@example.org')),
  to('a zero-width space', utf8('bo\u200bss@example.org')),
  to('a domain with a Cyrillic letter', utf8('boss@ex\u0430mple.org')),
  to('a trailing dot', 'boss@example.org.'),
  to('a leading dot', '.boss@example.org'),
  to('a subdomain', 'boss@mail.example.org'),
  to('the domain of somebody in a longer one', 'boss@example.org.evil.example'),
  to('a sub-address', 'boss+hi@example.org', { boss: 'Inbox' }),
  to('nothing but a sub-address', '+boss@example.org'),
  to('a sub-address in the domain', 'boss@+example.org'),
  to('a NUL', 'bo\0ss@example.org'),
  to('another field behind a CR', 'x@evil.example,\rX-Gm-Original-To <y@evil.example>'),
  to('an internationalised domain', utf8('ida@bücher.example'), { ida: 'Inbox' }),
  to('the same in capitals', utf8('IDA@BÜCHER.example'), { ida: 'Inbox' }),
  to('the same, decomposed', utf8('ida@bu\u0308cher.example'), { ida: 'Inbox' }),
  { attempt: 'To: the endpoint', raw: (subject, endpoint) => plain(subject, { To: endpoint }), filed: {} },
  {
    attempt: 'To: the endpoint’s local part elsewhere',
    raw: (subject, endpoint) => plain(subject, { To: `${endpoint.split('@')[0]}@example.org` }),
    filed: {},
  },
];

/** Header fields are as good as who may deliver: they count, and the filing says on what it rests. */
const claimed: readonly Attempt[] = [
  { attempt: 'From: somebody else', raw: withFields({ From: 'boss@example.org' }), filed: { boss: 'Sent' } },
  { attempt: 'Sender: somebody else', raw: withFields({ Sender: 'boss@example.org' }), filed: { boss: 'Sent' } },
  { attempt: 'Bcc: somebody', raw: withFields({ Bcc: 'boss@example.org' }), filed: { boss: 'Inbox' } },
  { attempt: 'Resent-Bcc: somebody', raw: withFields({ 'Resent-Bcc': 'boss@example.org' }), filed: { boss: 'Inbox' } },
  {
    attempt: 'two From fields: both are on record',
    raw: (subject) => `From: bert@example.org\r\n${plain(subject, { From: 'boss@example.org' })}`,
    filed: { bert: 'Sent', boss: 'Sent' },
  },
  {
    attempt: 'To and From the same person',
    raw: withFields({ From: 'anna@example.org', To: 'anna@example.org' }),
    filed: { anna: 'Inbox Sent' },
  },
];

export const attempts: readonly Attempt[] = [...carried, ...traced, ...addressed, ...claimed];
