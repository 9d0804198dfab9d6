import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { InvalidRequestError } from '../../errors.ts';
import type { Mailer } from '../../ports/mailer.ts';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';
import { isRefusal, translated } from '../aws/failures.ts';

/** SES takes so many in one call. */
const MAX_RECIPIENTS = 50;
const REFUSED = ['MessageRejected', 'InvalidParameterValue'] as const;

/** A client as `createSesMailer` wants it. */
export function createSesClient(place: ClientPlace = {}): SESClient {
  return new SESClient(clientSettings(place, { attempts: 5, timeoutMs: 10_000 }));
}

/**
 * `Mailer` on SES. `from` is an address of an identity that SES has verified. An account without production
 * access sends to verified addresses only: any other is an `InvalidRequestError` (`MessageRejected`).
 */
export function createSesMailer(options: { readonly client: SESClient; readonly from: string }): Mailer {
  const { client, from } = options;
  return {
    async send({ to, subject, text, from: other = from }) {
      if (to.length === 0) throw new InvalidRequestError('a mail needs a recipient');
      if (/[\r\n]/.test(subject)) throw new InvalidRequestError('a subject has no line breaks');
      const message = {
        Subject: { Data: subject, Charset: 'UTF-8' },
        Body: { Text: { Data: text, Charset: 'UTF-8' } },
      };
      for (let start = 0; start < to.length; start += MAX_RECIPIENTS) {
        const command = new SendEmailCommand({
          Source: other,
          Destination: { BccAddresses: to.slice(start, start + MAX_RECIPIENTS) },
          Message: message,
        });
        await translated('send a mail', () => client.send(command).catch(refused));
      }
    },
  };
}

function refused(error: unknown): never {
  if (isRefusal(error, ...REFUSED) && error instanceof Error) throw new InvalidRequestError(`SES: ${error.message}`);
  throw error;
}
