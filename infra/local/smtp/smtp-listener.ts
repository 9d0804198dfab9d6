import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { ArrivalFacts } from '../../../shared/domain/arrival.ts';
import type { LogSink } from '../../../shared/ports/log-sink.ts';
import type { TlsFiles } from '../tls.ts';
import { verifiedNames } from './client-certificates.ts';
import { SMTP_LIMITS } from './intake-limits.ts';
import { type AcceptedRecipient, endpointsOf, type FindRecipient, findRecipient } from './recipients.ts';

export interface SmtpListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles;
  /** PEM certificates of those whose word for a client counts; default: nobody's. */
  readonly clientAuthorities?: readonly string[];
  readonly maxMessageBytes: number;
  readonly journalDomain: string;
  readonly find: FindRecipient;
  /** Resolves once bytes and envelope are durable; rejects where nothing was kept. */
  readonly accept: (facts: ArrivalFacts, raw: AsyncIterable<Uint8Array>) => Promise<unknown>;
  /** How many arrivals wait to be filed. */
  readonly queued: () => number;
  readonly now: () => Date;
  readonly logs: LogSink;
}

export interface SmtpListener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens for journal mail (RFC 5321): answers 250 to a message only after `accept` resolved, 550 to
 * recipients that are no endpoint, 552 over the size limit and 451 where it cannot be kept right now. A client
 * certificate is asked for, never required; its names go into the envelope where an authority vouches for it.
 */
export async function listenSmtp(options: SmtpListenerOptions): Promise<SmtpListener> {
  const transactions = new WeakMap<SMTPServerSession, Map<string, AcceptedRecipient>>();
  const tlsNames = new WeakMap<SMTPServerSession, readonly string[]>();
  let receiving = 0;

  const server = new SMTPServer({
    name: options.journalDomain,
    banner: 'Letterlock journal',
    size: options.maxMessageBytes,
    rejectOversized: true,
    key: options.tls.key,
    cert: options.tls.cert,
    // Clients may have a certificate; what it is worth is decided by each endpoint's rules.
    requestCert: true,
    rejectUnauthorized: false,
    ca: [...(options.clientAuthorities ?? [])],
    // A resumed session would be as trusted as its certificate was when it began.
    secureOptions: constants.SSL_OP_NO_TICKET,
    authOptional: true,
    disabledCommands: ['AUTH'],
    hideENHANCEDSTATUSCODES: false,
    hideREQUIRETLS: true,
    disableReverseLookup: true,
    maxClients: SMTP_LIMITS.maxConnections,
    maxRecipients: SMTP_LIMITS.maxRecipients,
    socketTimeout: SMTP_LIMITS.socketTimeoutMs,
    closeTimeout: SMTP_LIMITS.closeTimeoutMs,
    logger: false,

    onSecure(socket, session, callback) {
      if (socket instanceof TLSSocket) {
        tlsNames.set(session, verifiedNames(socket));
        // Node 24 tells of a forged certificate once more, after the handshake: that must not end the connection.
        if (!socket.authorized && socket.getPeerX509Certificate()) socket.removeAllListeners('_tlsError');
      }
      callback();
    },

    onMailFrom(_address, session, callback) {
      transactions.set(session, new Map());
      callback();
    },

    onRcptTo({ address }, session, callback) {
      findRecipient(address, options.journalDomain, options.find).then(
        (recipient) => {
          if (!recipient) return callback(refusal(550, 'no such journal endpoint'));
          transactions.get(session)?.set(address, recipient);
          return callback();
        },
        (error: unknown) => {
          options.logs.error('recipient lookup failed', { error });
          callback(refusal(451, 'recipients cannot be looked up right now, try again later'));
        },
      );
    },

    onData(stream, session, callback) {
      if (receiving >= SMTP_LIMITS.maxReceiving || options.queued() >= SMTP_LIMITS.maxQueued) {
        stream.resume();
        stream.once('end', () => callback(refusal(451, 'too much mail at once, try again later')));
        return;
      }
      receiving += 1;
      const recipients = [...(transactions.get(session)?.values() ?? [])];
      options
        .accept(factsOf(session, recipients, tlsNames.get(session) ?? [], options.now()), received(stream))
        .then(
          () => callback(null, 'kept'),
          (error: unknown) => {
            if (!stream.sizeExceeded) options.logs.error('arrival not kept', { error });
            stream.resume();
            callback(refusal(451, 'the message could not be stored, try again later'));
          },
        )
        .finally(() => {
          receiving -= 1;
        });
    },
  });
  server.on('error', (error) => options.logs.warn('smtp connection failed', { error }));
  server.listen(options.port, options.host);
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Thrown into the write of a message that is over the limit, so that nothing of it is kept. */
class OversizedError extends Error {
  override readonly name = 'OversizedError';
}

/** The bytes of DATA; ends with an error where the sender breaks off, takes too long or sends too much. */
async function* received(stream: SMTPServerDataStream): AsyncIterable<Uint8Array> {
  const end = setTimeout(() => stream.destroy(new Error('the message took too long')), SMTP_LIMITS.dataTimeoutMs);
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      if (stream.sizeExceeded) throw new OversizedError();
      yield chunk;
    }
    if (stream.sizeExceeded) throw new OversizedError();
  } finally {
    clearTimeout(end);
  }
}

function factsOf(
  session: SMTPServerSession,
  recipients: readonly AcceptedRecipient[],
  tlsNames: readonly string[],
  now: Date,
): ArrivalFacts {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    receivedAt: now.toISOString(),
    source: { kind: 'journal', ...endpointsOf(recipients) },
    envelope: {
      mailFrom: mailFrom ? mailFrom.address : '',
      rcptTo: rcptTo.map(({ address }) => address),
      remoteAddress: session.remoteAddress,
      helloName: session.hostNameAppearsAs || '',
      ...(tlsNames.length > 0 ? { tlsNames } : {}),
    },
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
