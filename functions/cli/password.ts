import type { ReadStream } from 'node:tty';
import { CommandFailedError } from './failures.ts';

/** Stops a file piped in by mistake from being read as a whole; far above any password. */
const MAX_PASSWORD_BYTES = 4096;

/** The keys that end or change what is typed, as a terminal in raw mode sends them. */
const KEYS = {
  interrupt: '\x03',
  endOfFile: '\x04',
  backspace: ['\x7f', '\b'],
  eraseLine: '\x15',
  enter: ['\r', '\n'],
};

/** A password from a terminal (asked on `output`, without echo) or the first line of anything else. */
export async function readPassword(
  input: ReadStream,
  output: { write(text: string): unknown },
  question: string,
): Promise<string> {
  if (!input.isTTY) return firstLine(input);
  output.write(question);
  input.setRawMode(true);
  try {
    return await typedLine(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}

function typedLine(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const finish = (settle: () => void) => {
      input.off('data', onData);
      settle();
    };
    const onData = (chunk: Buffer | string) => {
      for (const key of chunk.toString()) {
        if (KEYS.enter.includes(key)) return finish(() => resolve(typed.join('')));
        if (key === KEYS.interrupt || key === KEYS.endOfFile) {
          return finish(() => reject(new CommandFailedError('no password given')));
        }
        if (KEYS.backspace.includes(key)) typed.pop();
        else if (key === KEYS.eraseLine) typed = [];
        else typed.push(key);
      }
    };
    input.setEncoding('utf8');
    input.on('data', onData);
    input.resume();
  });
}

async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of input) {
    bytes = Buffer.concat([bytes, Buffer.from(chunk)]);
    if (bytes.includes('\n') || bytes.length > MAX_PASSWORD_BYTES) break;
  }
  if (bytes.length > MAX_PASSWORD_BYTES) throw new CommandFailedError('the password on standard input is too long');
  const [line = ''] = bytes.toString('utf8').split(/\r?\n/);
  if (line === '') throw new CommandFailedError('no password: set LETTERLOCK_PASSWORD, or give it on standard input');
  return line;
}
