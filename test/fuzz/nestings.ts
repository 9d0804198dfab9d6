/** Puts a mail, and another one beside it, into a mail around both. */
type Nesting = (mail: Buffer, donor: Buffer) => Buffer;

const HEADER = 'From: a@example.org\r\nSubject: around\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n';
const REPORT_TEXT =
  'Sender: a@example.org\r\nSubject: x\r\nMessage-Id: <x@example.org>\r\nTo: b@example.org\r\nBcc: c@example.org\r\n';

const multipart = (type: string, fields: string, parts: readonly (readonly [string, Buffer | string])[]): Buffer => {
  const pieces = parts.flatMap(([header, content]) => [`--around\r\n${header}\r\n`, content, '\r\n']);
  const start = `${HEADER}${fields}Content-Type: ${type}; boundary=around\r\n\r\n`;
  return Buffer.concat([start, ...pieces, '--around--\r\n'].map((piece) => Buffer.from(piece)));
};
const nested = 'Content-Type: message/rfc822\r\n';
const plain = 'Content-Type: text/plain\r\n';
const encoded = `${nested}Content-Transfer-Encoding: base64\r\n`;
const status = 'Content-Type: message/delivery-status\r\n';
const report: Nesting = (mail) =>
  multipart('multipart/mixed', 'X-MS-Journal-Report:\r\n', [
    [plain, REPORT_TEXT],
    [nested, mail],
  ]);

export const nestings: readonly Nesting[] = [
  (mail) => Buffer.concat([Buffer.from(`${HEADER}${nested}\r\n`), mail]),
  (mail, donor) =>
    multipart('multipart/mixed', '', [
      [nested, mail],
      [nested, donor],
    ]),
  (mail, donor) =>
    multipart('multipart/mixed', '', [
      [encoded, mail.toString('base64').replace(/.{76}/g, '$&\r\n')],
      [plain, donor],
    ]),
  (mail) => multipart('multipart/digest', '', [['', mail]]),
  (mail) => multipart('multipart/alternative', '', [['', mail]]),
  report,
  (mail, donor) =>
    multipart('multipart/report; report-type=delivery-status', '', [
      [plain, 'Sorry.\r\n'],
      [status, 'Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; j@journal.test\r\nAction: failed\r\n'],
      [nested, report(mail, donor)],
    ]),
];
