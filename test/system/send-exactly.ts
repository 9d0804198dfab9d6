import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Sends these very bytes over SMTP, bare CR and NUL included, which nodemailer mends; they must end in CRLF.
 * Resolves with the answer to the message, or to the command that was refused.
 */
export async function sendExactly(port: number, from: string, to: string, raw: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface({ input: socket });
  const answers = lines[Symbol.asyncIterator]();
  // A connection that breaks ends the lines, too: what was not answered is an empty one.
  socket.on('error', () => lines.close());
  const answer = async () => {
    for (;;) {
      const line: string = (await answers.next()).value ?? '';
      if (line[3] !== '-') return line;
    }
  };
  try {
    await once(socket, 'connect');
    let last = await answer();
    for (const command of ['EHLO client.test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) {
      socket.write(`${command}\r\n`);
      last = await answer();
      if (!/^[23]/.test(last)) return last;
    }
    const stuffed = raw.toString('latin1').replace(/(^|\r\n)\./g, '$1..');
    socket.write(Buffer.from(`${stuffed}.\r\n`, 'latin1'));
    return await answer();
  } finally {
    socket.destroy();
  }
}
