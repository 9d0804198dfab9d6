import { createTransport } from 'nodemailer';
import { InvalidRequestError, StorageError } from '../../errors.ts';
import type { LogSink } from '../../ports/log-sink.ts';
import type { Mailer } from '../../ports/mailer.ts';
import { nodemailerMail } from './mail-text.ts';

/** A relay that takes mail from this machine. */
export interface SmtpRelay {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else by STARTTLS, where the relay offers it. */
  readonly isTls: boolean;
  readonly login?: { readonly user: string; readonly password: string };
}

/** Stops a relay that says nothing from holding up what runs on the same schedule. */
const TIMEOUT_MS = 30_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/**
 * `Mailer` by SMTP. A password goes over TLS with a certificate that is vouched for, or to this machine; without one, a
 * certificate that nobody vouches for is better than none at all (RFC 7435). A recipient that the relay refuses is
 * logged where it takes others: to send again would reach those twice.
 */
export function createSmtpMailer(options: {
  readonly relay: SmtpRelay;
  readonly from: string;
  readonly logs: LogSink;
}): Mailer {
  const { relay, from, logs } = options;
  const { host, port, isTls, login } = relay;
  const isFar = !LOOPBACK.test(host);
  const transport = createTransport({
    host,
    port,
    secure: isTls,
    requireTLS: login !== undefined && isFar,
    tls: { rejectUnauthorized: isTls || (login !== undefined && isFar) },
    ...(login ? { auth: { user: login.user, pass: login.password } } : {}),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      const message = nodemailerMail(mail, from);
      const { rejected } = await transport.sendMail(message).catch(translated);
      if (rejected.length > 0) logs.warn('the relay refused recipients of a mail', { refused: rejected.length });
    },
  };
}

/** 5yz is for good (RFC 5321, 4.2.1); of anything else, a wrong password too, nobody knows before it is tried again. */
function translated(error: unknown): never {
  const { responseCode = undefined, code = undefined } =
    typeof error === 'object' && error !== null ? fields(error) : {};
  const isForGood = typeof responseCode === 'number' && responseCode >= 500 && code !== 'EAUTH';
  if (isForGood) throw new InvalidRequestError(`the relay refused a mail: ${responseCode}`);
  throw new StorageError(`send a mail: ${typeof code === 'string' ? code : 'unknown failure'}`, { cause: error });
}

function fields(error: object): { readonly responseCode?: unknown; readonly code?: unknown } {
  return error;
}
