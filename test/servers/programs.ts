import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a program said and how it ended. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than any of them takes beside much other work. */
const RUNS_WITHIN_MS = 120_000;

/** Runs a program to its end, however it ends. */
export function runProgram(program: string, args: readonly string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: RUNS_WITHIN_MS, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Calls `use` with the path of a file that holds `bytes`. */
export async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-mail-'));
  try {
    const path = join(directory, 'mail.eml');
    await writeFile(path, bytes);
    return await use(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * A message with the things that transports like to change: 8-bit bytes, dots at the start of lines, long lines, spaces
 * at their ends.
 */
export function trickyMail(subject: string, to = 'someone@example.org'): Buffer {
  const lines = [
    'Received: from a.example by b.example; Mon, 2 Mar 2026 10:00:00 +0000',
    `Message-ID: <${encodeURIComponent(subject)}@example.org>`,
    'Date: Mon, 2 Mar 2026 10:00:00 +0000',
    'From: Sender <sender@example.org>',
    `To: ${to}`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: 8bit',
    '',
    'Gr\xfc\xdfe',
    '.one dot',
    '..',
    'spaces at the end   ',
    '\t',
    'x'.repeat(900),
    '',
    '',
    'end',
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
