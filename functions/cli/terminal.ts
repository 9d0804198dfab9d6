import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { CommandFailedError } from './failures.ts';
import { readPassword } from './password.ts';

/** Where a command writes and asks. */
export interface Terminal {
  /** Columns of the terminal that standard output is; `undefined` where it is a file or a pipe. */
  readonly columns: number | undefined;
  /** Writes a line, as it is, to standard output. */
  line(text: string): Promise<void>;
  /** Writes bytes, as they are, to standard output; resolves once more may be written. */
  bytes(chunk: Uint8Array): Promise<void>;
  /** Tells people something on standard error. */
  note(text: string): void;
  /** Asks without echo on a terminal, else takes the first line of standard input. */
  password(question: string): Promise<string>;
  /** Asks for a line on a terminal; `undefined` where nobody sits at one. */
  ask(question: string): Promise<string | undefined>;
  /** All of standard input, as UTF-8. Throws `CommandFailedError` where it is longer than anything a command takes. */
  input(): Promise<string>;
}

/** Narrower terminals are treated as this wide: below it there is nothing left to read. */
const MIN_COLUMNS = 40;
/** Stops input without an end; above the longest that the API takes. */
const MAX_INPUT_BYTES = 8 * 1024 * 1024;

/** The terminal of this process. A reader that goes away (`| head`) ends the process quietly. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  const write = async (chunk: string | Uint8Array) => {
    if (!stdout.write(chunk)) await once(stdout, 'drain');
  };
  return {
    columns: stdout.isTTY ? Math.max(MIN_COLUMNS, stdout.columns || 80) : undefined,
    line: (text) => write(`${text}\n`),
    bytes: write,
    note: (text) => void stderr.write(`${text}\n`),
    password: (question) => readPassword(stdin, stderr, question),
    ask: async (question) => {
      if (!stdin.isTTY) return undefined;
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        // Whoever ends the input instead has answered nothing.
        const ended = once(lines, 'close').then(() => '');
        return await Promise.race([lines.question(question), ended]);
      } finally {
        lines.close();
      }
    },
    input: async () => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      for await (const chunk of stdin) {
        const bytes = Buffer.from(chunk);
        sizeBytes += bytes.length;
        if (sizeBytes > MAX_INPUT_BYTES) throw new CommandFailedError('standard input is too long');
        chunks.push(bytes);
      }
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}
