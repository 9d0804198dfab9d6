/** Carriers as mail systems write them, in text of one byte per character with CRLF line ends. */

/** A message that a carrier holds. */
export const ORIGINAL = [
  'From: anna@example.org',
  'To: bert@example.org',
  'Subject: Plan',
  'Date: Sat, 21 Nov 2026 10:00:00 +0000',
  'Message-ID: <1@example.org>',
  '',
  'Hello',
  '',
].join('\r\n');

export const REPORT_TEXT = [
  'Sender: anna@example.org',
  'Subject: Plan',
  'Message-Id: <1@example.org>',
  'To: bert@example.org',
  'Bcc: carl@example.org',
  '',
].join('\r\n');

export const NOTIFICATION = 'Content-Type: text/plain\r\n\r\nSorry, this did not arrive.\r\n';

export function part(type: string, content: string, ...fields: readonly string[]): string {
  return [`Content-Type: ${type}`, ...fields, '', content].join('\r\n');
}

export const nested = (content: string, ...fields: readonly string[]) => part('message/rfc822', content, ...fields);

export function deliveryStatus(...lines: readonly string[]): string {
  return part('message/delivery-status', ['Reporting-MTA: dns; mx.example.org', '', ...lines, ''].join('\r\n'));
}

let boundaries = 0;

export function multipart(type: string, fields: readonly string[], parts: readonly string[]): string {
  boundaries += 1;
  const boundary = `_${boundaries}_`;
  const header = ['From: anna@example.org', ...fields, `Content-Type: ${type}; boundary="${boundary}"`, '', ''];
  return `${header.join('\r\n')}${parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('')}--${boundary}--\r\n`;
}

export interface ReportOptions {
  readonly fields?: readonly string[];
  readonly text?: string;
  readonly textType?: string;
  readonly textFields?: readonly string[];
  readonly originals?: readonly string[];
}

/** An envelope journal report, by default that of Microsoft 365 around `ORIGINAL`. */
export function report(options: ReportOptions = {}): string {
  const {
    fields = ['X-MS-Journal-Report:'],
    text = REPORT_TEXT,
    textType = 'text/plain; charset="us-ascii"',
    textFields = [],
    originals = [nested(ORIGINAL)],
  } = options;
  return multipart('multipart/mixed', fields, [part(textType, text, ...textFields), ...originals]);
}

/** A non-delivery report around `attached`. */
export function ndr(attached: string, fields: readonly string[], finalRecipient = 'rfc822; x@example.net'): string {
  const status = deliveryStatus(`Final-Recipient: ${finalRecipient}`, 'Action: failed', 'Status: 5.1.1');
  return multipart('multipart/report; report-type=delivery-status', fields, [NOTIFICATION, status, attached]);
}
