import { hash } from 'node:crypto';
import type { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import { nested, report } from '../unit/mail/carrier-mail.ts';
import { mail } from './running-system.ts';

/** Whoever has a mailbox. */
export const PEOPLE = ['anna', 'bert', 'carl', 'dora'] as const;
type Person = (typeof PEOPLE)[number];

/** An arrival to be sent, and what must become of it. */
export interface FaultMail {
  /** Index of the endpoint, or both. */
  readonly endpoints: readonly number[];
  readonly raw: Buffer;
  /** Of the original; `undefined` where it is no message. */
  readonly contentHash: string | undefined;
  readonly subject: string;
  /** `person folder`, beside the endpoints' mailboxes. */
  readonly filings: readonly string[];
}

const ATTACHMENT = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31 + at) % 251))
  .toString('base64')
  .replace(/.{76}/g, '$&\r\n');

/**
 * One of many mails, as senders send them: new ones, the same again, with other transport fields, in journal
 * reports with other recipients each, with the same large attachment, and some that are none.
 */
export function faultMail(random: SeededRandom, number: number): FaultMail {
  const endpoints = random.pick([[0], [1], [0, 1]]);
  if (random.next() < 0.04) {
    const raw = Buffer.from(`no mail at all ${number}`);
    return { endpoints, raw, contentHash: undefined, subject: '', filings: [] };
  }
  // Few enough that most come several times, and often at once.
  const subject = `fault-${random.next() < 0.5 ? number : random.between(Math.max(0, number - 12), number)}`;
  const transport = random.next() < 0.4 ? `Received: by mx${random.between(0, 3)}.test; x\r\n` : '';
  const original = Buffer.from(transport + message(subject));
  const contentHash = hash('sha256', original);
  if (random.next() < 0.6)
    return { endpoints, raw: original, contentHash, subject, filings: ['anna Sent', 'bert Inbox'] };
  const recipients = PEOPLE.filter(() => random.next() < 0.5);
  return { endpoints, raw: reportOf(original, recipients), contentHash, subject, filings: reported(recipients) };
}

function message(subject: string): string {
  const fields = {
    From: 'anna@example.org',
    To: 'bert@example.org',
    Date: 'Sat, 21 Nov 2026 10:00:00 +0000',
    'Message-ID': `<${subject}@example.org>`,
    Subject: subject,
  };
  if (Number(subject.slice('fault-'.length)) % 9 !== 0) return mail(fields, `${subject}\n`.repeat(40));
  const attached = `--x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${ATTACHMENT}\r\n--x--\r\n`;
  return mail({ ...fields, 'Content-Type': 'multipart/mixed; boundary=x' }, '') + attached;
}

function reportOf(original: Buffer, recipients: readonly Person[]): Buffer {
  const lines = ['Sender: anna@example.org', 'Message-Id: <x@example.org>', 'Recipient: nobody@example.net'];
  const text = [...lines, ...recipients.map((name) => `Recipient: ${name}@example.org`), ''].join('\r\n');
  return Buffer.from(report({ text, originals: [nested(original.toString('latin1'))] }), 'latin1');
}

function reported(recipients: readonly Person[]): readonly string[] {
  return ['anna Sent', ...recipients.map((name) => `${name} Inbox`)];
}
