import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { MailServer } from '../../domain/mail-server.ts';
import { SourceError } from '../../errors.ts';
import { dottedLines, type Rest } from './dotted-lines.ts';

/** A response line has at most 512 octets (RFC 1939, 3); capabilities of extensions may make it longer. */
const MAX_LINE_BYTES = 8_192;
/** How much of a server's text is passed on: it goes into job logs. */
const TEXT_LENGTH = 200;

/** What a server said to a command. */
export interface Answer {
  readonly isOk: boolean;
  /** Behind `+OK` or `-ERR`. */
  readonly text: string;
  /** Whether it waits for more (`+ `, RFC 5034). */
  readonly isContinuation: boolean;
}

/** A connection to a POP3 server (RFC 1939, RFC 2595): lines out, lines and bytes in. */
export class Pop3Connection {
  readonly #server: MailServer;
  readonly #rest: Rest = { bytes: Buffer.alloc(0) };
  #socket: Socket;
  #failure: unknown;
  isEncrypted: boolean;

  private constructor(server: MailServer, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    this.isEncrypted = server.security === 'tls';
    this.#watch(socket);
  }

  /** Connects and reads the greeting. Throws `SourceError`. */
  static async open(server: MailServer): Promise<Pop3Connection> {
    const { host, port } = server;
    const socket = server.security === 'tls' ? connectTls({ port, ...tlsOptions(server) }) : connectTcp({ host, port });
    const connection = new Pop3Connection(server, socket);
    const greeting = await connection.#answer('connect');
    if (!greeting.isOk) throw refused('connect', greeting.text);
    return connection;
  }

  /** Upgrades to TLS (STLS, RFC 2595, 4). What came before the upgrade is an attack. */
  async upgrade(): Promise<void> {
    await this.command('STLS');
    if (this.#rest.bytes.length > 0) throw new SourceError('source_failed', 'STLS: text before the TLS handshake');
    const plain = this.#socket;
    plain.removeAllListeners('readable');
    const secured = connectTls({ socket: plain, ...tlsOptions(this.#server) });
    this.#socket = secured;
    this.#watch(secured);
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.once('close', () => reject(this.#ended('STLS')));
    });
    this.isEncrypted = true;
  }

  /** Sends a line and answers what the server says; `-ERR` too. */
  async ask(line: string): Promise<Answer> {
    if (/[\r\n\0]/.test(line)) throw new SourceError('source_failed', 'a command must be one line');
    this.#socket.write(`${line}\r\n`);
    return await this.#answer(line.split(' ', 1)[0] ?? '');
  }

  /** Sends a line and answers the text behind `+OK`. Throws `SourceError` for `-ERR`. */
  async command(line: string): Promise<string> {
    const answer = await this.ask(line);
    if (!answer.isOk) throw refused(line.split(' ', 1)[0] ?? '', answer.text);
    return answer.text;
  }

  /** The body of a multi-line response whose first line was read. */
  body(): AsyncIterable<Buffer> {
    return dottedLines(() => this.#next('read a message'), this.#rest);
  }

  abort(): void {
    this.#socket.destroy();
  }

  async #answer(doing: string): Promise<Answer> {
    let end = this.#rest.bytes.indexOf('\n');
    while (end < 0) {
      if (this.#rest.bytes.length > MAX_LINE_BYTES) {
        this.abort();
        throw new SourceError('source_failed', `${doing}: a line without an end`);
      }
      this.#rest.bytes = Buffer.concat([this.#rest.bytes, await this.#next(doing)]);
      end = this.#rest.bytes.indexOf('\n');
    }
    const line = this.#rest.bytes.toString('utf8', 0, end).replace(/\r$/, '');
    this.#rest.bytes = this.#rest.bytes.subarray(end + 1);
    const isOk = /^\+OK(?: |$)/i.test(line);
    const isContinuation = /^\+(?: |$)/.test(line);
    if (!isOk && !isContinuation && !/^-ERR(?: |$)/i.test(line)) {
      this.abort();
      throw new SourceError('source_failed', `${doing}: no POP3 response`);
    }
    return { isOk, isContinuation, text: line.replace(/^\S+ ?/, '') };
  }

  async #next(doing: string): Promise<Buffer> {
    for (;;) {
      const socket = this.#socket;
      const chunk: unknown = socket.read();
      if (Buffer.isBuffer(chunk)) return chunk;
      if (socket.destroyed || socket.readableEnded) throw this.#ended(doing);
      await new Promise<void>((resolve) => {
        const done = () => {
          for (const event of ['readable', 'end', 'close']) socket.off(event, done);
          resolve();
        };
        for (const event of ['readable', 'end', 'close']) socket.on(event, done);
      });
    }
  }

  #watch(socket: Socket): void {
    socket.setTimeout(this.#server.timeoutSeconds * 1000, () => socket.destroy(new Error('the server says nothing')));
    socket.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  #ended(doing: string): SourceError {
    const cause = this.#failure;
    const why = cause instanceof Error ? cause.message : 'the server ended the connection';
    const isTls = cause instanceof Error && /cert|tls|ssl|self.signed|altnames/i.test(why);
    return new SourceError(isTls ? 'source_failed' : 'source_unreachable', `${doing}: ${why}`, { cause });
  }
}

function tlsOptions({ host, acceptAllCertificates }: MailServer) {
  return { host, rejectUnauthorized: !acceptAllCertificates, ...(isIP(host) ? {} : { servername: host }) };
}

/** `-ERR`, by its response code (RFC 2449, 8; RFC 3206). */
function refused(doing: string, text: string): SourceError {
  const said = `${doing}: ${text.slice(0, TEXT_LENGTH)}`;
  const isLater = /^\[(?:IN-USE|LOGIN-DELAY|SYS\/TEMP)\]/i.test(text);
  return new SourceError(isLater ? 'source_throttled' : 'source_failed', said);
}
