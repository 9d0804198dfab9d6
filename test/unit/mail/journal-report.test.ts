import { describe, expect, test } from 'vitest';
import type { JournalRecipient, JournalReport } from '../../../shared/domain/journal-report.ts';
import { readJournalReport } from '../../../shared/mail/journal-report.ts';

/** A report of `sender@example.org` with one Message-ID, and these lines below. */
function report(...lines: readonly string[]): string {
  return ['Sender: sender@example.org', 'Message-ID: <1@example.org>', ...lines, ''].join('\r\n');
}

const read = (text: string): JournalReport | undefined => readJournalReport(text);

const good: readonly [reason: string, text: string, expected: Partial<JournalReport>][] = [
  [
    'Subject before Message-ID (Exchange 2010 to Microsoft 365)',
    'Sender: a@b.c\r\nSubject: Plan\r\nMessage-Id: <1@b.c>\r\nRecipient: d@e.f\r\n',
    { sender: 'a@b.c', subject: 'Plan', messageId: '<1@b.c>', recipients: [{ address: 'd@e.f', kind: 'recipient' }] },
  ],
  [
    'Message-ID before Subject ([MS-XJRNL] allows both)',
    'Sender: a@b.c\r\nMessage-ID: <1@b.c>\r\nSubject: Plan\r\n',
    { subject: 'Plan', messageId: '<1@b.c>', recipients: [] },
  ],
  ['any case', 'SENDER: a@b.c\r\nsubject: x\r\nMESSAGE-id: <1@b.c>\r\ntO: d@e.f', { sender: 'a@b.c', subject: 'x' }],
  ['bare LF', 'Sender: a@b.c\nMessage-ID: <1@b.c>\n', { sender: 'a@b.c', messageId: '<1@b.c>' }],
  ['bare CR', 'Sender: a@b.c\rMessage-ID: <1@b.c>\r', { sender: 'a@b.c', messageId: '<1@b.c>' }],
  ['empty lines between and around', '\r\n\r\nSender: a@b.c\r\n\r\nMessage-ID: <1@b.c>', { messageId: '<1@b.c>' }],
  ['a byte order mark', '\ufeffSender: a@b.c\r\nMessage-ID: <1@b.c>', { sender: 'a@b.c' }],
  ['no blank after the colon', 'Sender:a@b.c\nMessage-ID:<1@b.c>', { sender: 'a@b.c', messageId: '<1@b.c>' }],
  ['blank before the colon', 'Sender : a@b.c\nMessage-ID : <1@b.c>', { sender: 'a@b.c', messageId: '<1@b.c>' }],
  ['angle brackets around a reverse-path', 'Sender: <a@b.c>\nMessage-ID: <1@b.c>', { sender: 'a@b.c' }],
  ['the null reverse-path of a delivery report', 'Sender: <>\nMessage-ID: <1@b.c>\nTo: d@e.f', { sender: '' }],
  ['a Sender line that is empty', 'Sender:\nTo: d@e.f', { sender: '' }],
  ['a folded Sender (Exchange Online)', 'Sender:\r\n\t<a@b.c>\r\nMessage-ID: <1@b.c>', { sender: 'a@b.c' }],
  ['On-Behalf-Of', report('On-Behalf-Of: boss@example.org'), { onBehalfOf: 'boss@example.org' }],
  ['Label', report('Label: Journal rule 7'), { label: 'Journal rule 7' }],
  ['Mailbox', report('Mailbox: owner@example.org'), { mailbox: 'owner@example.org' }],
  ['SentUtc', report('SentUtc: 11/21/2026 10:00:00 AM'), { sentUtc: '11/21/2026 10:00:00 AM' }],
  ['ReceivedUtc', report('ReceivedUtc: 2026-11-21T10:00:00Z'), { receivedUtc: '2026-11-21T10:00:00Z' }],
  ['an empty Subject', report('Subject:'), { subject: '' }],
  ['a Subject with a colon', report('Subject: Re: To: x@y.z'), { subject: 'Re: To: x@y.z', recipients: [] }],
  ['a folded Subject', report('Subject: one', '\ttwo', '   three'), { subject: 'one two three' }],
  ['a folded Subject that looks like a recipient', report('Subject: one', ' Bcc: x@y.z'), { recipients: [] }],
  ['the first of two Subjects', report('Subject: one', 'Subject: two'), { subject: 'one' }],
  ['the first of two Senders', report('Sender: x@y.z'), { sender: 'sender@example.org' }],
  ['lines that nobody knows', report('X-New: 1', 'nonsense', ':', ': x'), { recipients: [] }],
  ['recipients, and no Message-ID', 'Sender: a@b.c\nTo: d@e.f', { recipients: [{ address: 'd@e.f', kind: 'to' }] }],
];

const bad: readonly [reason: string, text: string][] = [
  ['nothing', ''],
  ['only empty lines', '\r\n\r\n \t\r\n'],
  ['a letter', 'Hello Bob,\r\nSender: a@b.c\r\nMessage-ID: <1@b.c>\r\nTo: d@e.f\r\n'],
  ['a letter that begins with the word', 'Sender is unknown\r\nTo: d@e.f\r\n'],
  ['Sender alone', 'Sender: a@b.c\r\n'],
  ['Sender and Subject: anybody writes that', 'Sender: a@b.c\r\nSubject: x\r\n'],
  ['other lines first', 'Subject: x\r\nSender: a@b.c\r\nMessage-ID: <1@b.c>\r\n'],
  ['a quoted report', '> Sender: a@b.c\r\n> Message-ID: <1@b.c>\r\n> To: d@e.f\r\n'],
  ['a Sender that hangs on something else', 'Foo\r\n Sender: a@b.c\r\nMessage-ID: <1@b.c>\r\n'],
  ['HTML', '<p>Sender: a@b.c<br>Message-ID: 1</p>'],
];

const x500 = '/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=anna';
const imceaex = 'IMCEAEX-_O=CONTOSO_OU=EXCHANGE+20ADMINISTRATIVE+20GROUP_CN=RECIPIENTS_CN=ANNA@contoso.com';
const recipients: readonly [reason: string, line: string, expected: JournalRecipient][] = [
  ['To', 'To: a@b.c', { address: 'a@b.c', kind: 'to' }],
  ['Cc', 'Cc: a@b.c', { address: 'a@b.c', kind: 'cc' }],
  ['Bcc', 'Bcc: a@b.c', { address: 'a@b.c', kind: 'bcc' }],
  ['Recipient', 'Recipient: a@b.c', { address: 'a@b.c', kind: 'recipient' }],
  ['brackets', 'To: <a@b.c>', { address: 'a@b.c', kind: 'to' }],
  ['Expanded', 'To: a@b.c, Expanded: dl@b.c', { address: 'a@b.c', kind: 'to', expanded: 'dl@b.c' }],
  ['Forwarded', 'Cc: a@b.c, Forwarded: x@b.c', { address: 'a@b.c', kind: 'cc', forwarded: 'x@b.c' }],
  ['no comma (Exchange 2007)', 'Bcc: a@b.c Expanded: dl@b.c', { address: 'a@b.c', kind: 'bcc', expanded: 'dl@b.c' }],
  ['no blanks', 'To:a@b.c,Expanded:dl@b.c', { address: 'a@b.c', kind: 'to', expanded: 'dl@b.c' }],
  ['any case', 'TO: a@b.c, FORWARDED: x@b.c', { address: 'a@b.c', kind: 'to', forwarded: 'x@b.c' }],
  ['folded', 'To: a@b.c,\r\n\tExpanded: dl@b.c', { address: 'a@b.c', kind: 'to', expanded: 'dl@b.c' }],
  ['folded behind the colon', 'To:\r\n a@b.c', { address: 'a@b.c', kind: 'to' }],
  ['brackets on both', 'To: <a@b.c>, Expanded: <d@b.c>', { address: 'a@b.c', kind: 'to', expanded: 'd@b.c' }],
  ['a redirection from nowhere', 'To: a@b.c, Expanded:', { address: 'a@b.c', kind: 'to' }],
  ['X.500', `To: ${x500}`, { address: x500, kind: 'to' }],
  ['X.500, expanded', `To: ${x500}, Expanded: d@b.c`, { address: x500, kind: 'to', expanded: 'd@b.c' }],
  ['IMCEAEX', `To: ${imceaex}`, { address: imceaex, kind: 'to' }],
  ['X.400', 'To: X400:c=DE;a=;p=Contoso;s=Anna;', { address: 'X400:c=DE;a=;p=Contoso;s=Anna;', kind: 'to' }],
  ['a comma in quotes', 'To: "a, b"@c.d', { address: '"a, b"@c.d', kind: 'to' }],
  [
    'a redirection in quotes, which is none',
    'To: "a, Expanded: b"@c.d, Forwarded: e@f.g',
    { address: '"a, Expanded: b"@c.d', kind: 'to', forwarded: 'e@f.g' },
  ],
  ['an apostrophe', "To: o'neil@b.c, Expanded: d@b.c", { address: "o'neil@b.c", kind: 'to', expanded: 'd@b.c' }],
  ['a local part of that name', 'To: expanded@b.c', { address: 'expanded@b.c', kind: 'to' }],
  ['beyond ASCII (RFC 6531)', 'To: jörg@bücher.example', { address: 'jörg@bücher.example', kind: 'to' }],
];

describe('readJournalReport', () => {
  test.each(good)('reads %s', (_, text, expected) => expect(read(text)).toMatchObject(expected));

  test.each(bad)('takes for no report: %s', (_, text) => expect(read(text)).toBeUndefined());

  test.each(recipients)('reads a recipient with %s', (_, line, expected) => {
    expect(read(report(line))?.recipients).toEqual([expected]);
  });

  test('keeps recipients in order, repeated ones too', () => {
    const lines = ['To: a@b.c', 'Bcc: d@e.f', 'To: a@b.c'];
    expect(read(report(...lines))?.recipients.map(({ address }) => address)).toEqual(['a@b.c', 'd@e.f', 'a@b.c']);
  });
});

const MEGABYTE = 1_000_000;
const hostile: readonly [reason: string, text: string][] = [
  ['10,000 recipients', report(...Array.from({ length: 10_000 }, (_, i) => `To: u${i}@b.c, Expanded: dl@b.c`))],
  ['a line of 1 MB of blanks', report(`To: a@b.c${' '.repeat(MEGABYTE)}x`)],
  ['lines of blanks', report(...Array.from({ length: 1_000 }, () => ' '.repeat(1_000)))],
  ['recipients full of blanks', report(...Array.from({ length: 5_000 }, () => `To: a${' '.repeat(1_990)}b`))],
  ['recipients full of commas', report(...Array.from({ length: 5_000 }, () => `To: a${', '.repeat(990)}b`))],
  ['a line of words', report(`To: ${'Expanded '.repeat(100_000)}`)],
  ['a line of empty redirections in quotes', report(`To: "${', Expanded: '.repeat(90_000)}`)],
  ['a line of open quotes', report(`To: ${'"\\'.repeat(500_000)}`)],
  ['a value folded 100,000 times', report('Subject: x', ...Array.from({ length: 100_000 }, () => '\tx'))],
  ['a name of 1 MB', report(`${'x'.repeat(MEGABYTE)}: y`)],
  ['brackets of 1 MB', report(`To: ${'<'.repeat(MEGABYTE)}`)],
];

describe('readJournalReport, with hostile text', () => {
  test.each(hostile)('takes linear time: %s', (_, text) => {
    const start = performance.now();
    expect(read(text)).toBeDefined();
    expect(performance.now() - start).toBeLessThan(1_500);
  });
});
