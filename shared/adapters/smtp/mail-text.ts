import { InvalidRequestError } from '../../errors.ts';
import type { Mailer } from '../../ports/mailer.ts';

type OutgoingMail = Parameters<Mailer['send']>[0];

/** A mail as nodemailer takes it: the recipients stand in the envelope only. Throws `InvalidRequestError`. */
export function nodemailerMail({ to, from: own, subject, text }: OutgoingMail, from: string) {
  if (to.length === 0) throw new InvalidRequestError('a mail needs a recipient');
  if (/[\r\n]/.test(subject)) throw new InvalidRequestError('a subject has no line breaks');
  const sender = own ?? from;
  return {
    from: sender,
    to: 'undisclosed-recipients:;',
    subject,
    text,
    // RFC 3834, 5: whoever answers mail by a program leaves this alone.
    headers: { 'Auto-Submitted': 'auto-generated' },
    envelope: { from: sender, to: [...to] },
  };
}
