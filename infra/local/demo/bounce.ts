import type { DemoMessage } from './demo-message.ts';
import { addressList, dateTime } from './header-field.ts';
import { multipart, partBytes } from './mime-part.ts';
import type { Person } from './person.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A delivery status notification (RFC 3464) to `sender`: `recipient` does not exist. Its envelope sender is empty. */
export function bounce(
  sender: Person,
  recipient: string,
  subject: string,
  date: Date,
  random: SeededRandom,
): DemoMessage {
  const host = `mx.${recipient.slice(recipient.indexOf('@') + 1)}`;
  const text = `This is the mail system at host ${host}.\n\nYour message could not be delivered to <${recipient}>: 550 5.1.1 no such user.`;
  const ascii = (body: string) => Buffer.from(body.replace(/\n/g, '\r\n'));
  const report = multipart(
    'report',
    `=_dsn_${random.hex(16)}`,
    [
      { fields: ['Content-Type: text/plain; charset=us-ascii'], body: ascii(`${text}\n`) },
      {
        fields: ['Content-Type: message/delivery-status'],
        body: ascii(
          `Reporting-MTA: dns; ${host}\n\nFinal-Recipient: rfc822; ${recipient}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n`,
        ),
      },
      {
        fields: ['Content-Type: text/rfc822-headers'],
        body: ascii(`From: ${sender.address}\nTo: ${recipient}\nSubject: ${subject}\n`),
      },
    ],
    ' report-type=delivery-status;',
  );
  const returned = 'Undelivered Mail Returned to Sender';
  const raw = partBytes({
    fields: [
      `Message-ID: <${random.hex(16)}@${host}>`,
      `Date: ${dateTime(date, 0)}`,
      `From: Mail Delivery System <MAILER-DAEMON@${host}>`,
      `To: ${addressList([{ name: '', address: sender.address }], 'us-ascii')}`,
      `Subject: ${returned}`,
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      ...report.fields,
    ],
    body: report.body,
  });
  return { raw, mailFrom: '', date, subject: returned, text };
}
