import { connect, type Socket } from 'node:net';
import { LineReader } from './line-reader.ts';

/** A reply of the server (RFC 5321, 4.2). */
interface Reply {
  readonly code: number;
  readonly text: string;
}

/** How often a message that is refused for now (4xx) is tried again, and how long to wait before. */
const ATTEMPTS = 20;
const RETRY_AFTER_MS = 250;

/** Thrown when the server refuses a message for good, or for too long. */
class SmtpRefusedError extends Error {
  override readonly name = 'SmtpRefusedError';
}

/** A connection that sends one message after another; commands are pipelined (RFC 2920), one round trip less each. */
export class SmtpClient {
  readonly #socket: Socket;
  readonly #lines: LineReader;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = new LineReader(socket);
  }

  /** Connects and says hello; throws where nothing listens or it is no SMTP server. */
  static async open(host: string, port: number): Promise<SmtpClient> {
    const client = new SmtpClient(connect({ host, port }));
    await client.#expect(220);
    client.#socket.write('EHLO demo.localhost\r\n');
    await client.#expect(250);
    return client;
  }

  /** Resolves once the server has taken the message (250). Throws `SmtpRefusedError`. */
  async send(mailFrom: string, rcptTo: string, raw: Uint8Array): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.#transaction(mailFrom, rcptTo, raw);
      if (reply.code === 250) return;
      if (reply.code >= 500 || attempt === ATTEMPTS) throw new SmtpRefusedError(`${reply.code} ${reply.text}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    }
  }

  async close(): Promise<void> {
    this.#socket.write('QUIT\r\n');
    await this.#expect(221).catch(() => undefined);
    this.#socket.destroy();
  }

  async #transaction(mailFrom: string, rcptTo: string, raw: Uint8Array): Promise<Reply> {
    this.#socket.write(`MAIL FROM:<${mailFrom}> BODY=8BITMIME\r\nRCPT TO:<${rcptTo}>\r\nDATA\r\n`);
    const replies = [await this.#reply(), await this.#reply(), await this.#reply()];
    const data = replies[2];
    if (data?.code !== 354) {
      this.#socket.write('RSET\r\n');
      await this.#expect(250);
      return replies.find(({ code }) => code >= 400) ?? { code: 500, text: 'the server answered out of turn' };
    }
    this.#socket.write(dotStuffed(raw));
    return this.#reply();
  }

  async #reply(): Promise<Reply> {
    for (;;) {
      const line = await this.#lines.next();
      if (line.charAt(3) !== '-') return { code: Number(line.slice(0, 3)), text: line.slice(4) };
    }
  }

  async #expect(code: number): Promise<void> {
    const reply = await this.#reply();
    if (reply.code !== code) throw new SmtpRefusedError(`${reply.code} ${reply.text}`);
  }
}

/** `raw` as DATA carries it (RFC 5321, 4.5.2), with the final dot. `raw` must have CRLF line ends. */
export function dotStuffed(raw: Uint8Array): Buffer {
  const text = Buffer.from(raw).toString('latin1');
  const stuffed = text.replace(/^\./gm, '..');
  return Buffer.from(`${stuffed}${text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1');
}
