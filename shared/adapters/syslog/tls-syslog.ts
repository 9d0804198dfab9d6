import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { AuditEvent } from '../../domain/audit-event.ts';
import { framed, syslogMessage } from '../../domain/syslog-message.ts';
import { ReceiverError } from '../../errors.ts';
import type { AuditReceiver } from '../../ports/audit-receiver.ts';

/** How long the receiver may take for anything: one that hangs is as one that is down. */
const IDLE_TIMEOUT_MS = 10_000;

export interface TlsSyslogOptions {
  readonly host: string;
  readonly port: number;
  /** PEM certificates of authorities that vouch for the receiver; those of the system if left out. */
  readonly ca?: string;
  /** The HOSTNAME of the messages. */
  readonly hostName: string;
}

/**
 * A syslog receiver over TLS (RFC 5425). Syslog knows no acknowledgement; so each delivery is a connection of its own,
 * and counts once the receiver, told that nothing more comes, has closed its side without a fault: it has read all then.
 */
export function createTlsSyslog(options: TlsSyslogOptions): AuditReceiver {
  return {
    deliver: (events) =>
      new Promise((resolve, reject) => {
        const fail = (cause: Error) => {
          socket.destroy();
          reject(new ReceiverError(`${options.host}:${options.port}`, { cause }));
        };
        const socket = open(options);
        socket.once('error', fail);
        socket.once('timeout', () => fail(new Error('no answer in time')));
        socket.once('secureConnect', () => socket.end(textOf(events, options.hostName)));
        socket.once('end', () => {
          if (socket.writableFinished) resolve();
          else fail(new Error('the receiver closed before it had read all'));
        });
        socket.once('close', () => fail(new Error('the connection broke off')));
        socket.resume();
      }),
  };
}

function open({ host, port, ca }: TlsSyslogOptions): TLSSocket {
  const socket = connect({
    host,
    port,
    ...(isIP(host) ? {} : { servername: host }),
    ...(ca === undefined ? {} : { ca }),
    minVersion: 'TLSv1.2',
  });
  return socket.setTimeout(IDLE_TIMEOUT_MS);
}

function textOf(events: readonly AuditEvent[], hostName: string): string {
  return events.map((event) => framed(syslogMessage(event, hostName))).join('');
}
