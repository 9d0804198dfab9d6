import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BLOCK, fuzzMails } from './fuzz-mails.ts';
import { FuzzThread } from './fuzz-thread.ts';

/** After so long a mail is taken to hang; the same mail is then tried alone, and given more, before anybody is told. */
const PATIENCE_MS = 2_000;
const LAST_PATIENCE_MS = 10_000;
const MAX_FAILURES = 20;

/** A mail that did not come through. */
export interface FuzzFailure {
  readonly seed: number;
  readonly number: number;
  readonly reason: string;
  /** Where the mail lies now. */
  readonly path: string;
}

interface FuzzOptions {
  readonly seed: number;
  readonly mails: number;
  readonly threads: number;
  readonly sources: readonly (readonly string[])[];
}

/** Checks so many mutated mails, in threads of their own, and answers those that failed. */
export async function fuzzRounds(options: FuzzOptions): Promise<readonly FuzzFailure[]> {
  const failures: FuzzFailure[] = [];
  const fail = (number: number, reason: string) => {
    failures.push({ seed: options.seed, number, reason, path: saved(options, number) });
  };
  let next = 0;
  const lane = async () => {
    let thread = new FuzzThread(options);
    while (next < options.mails / BLOCK && failures.length < MAX_FAILURES) {
      const block = next++;
      let from = block * BLOCK;
      while (from < (block + 1) * BLOCK) {
        const end = await thread.run({ block, from, patienceMs: PATIENCE_MS }, fail);
        if (end.kind === 'done') break;
        await thread.stop();
        thread = new FuzzThread(options);
        if (end.kind === 'died' || (await hangsAlone(options, block, end.number))) fail(end.number, end.reason);
        from = end.number + 1;
      }
    }
    await thread.stop();
  };
  await Promise.all(Array.from({ length: options.threads }, lane));
  return failures;
}

/** Other work on the machine can hold a thread up for a moment. */
async function hangsAlone(options: FuzzOptions, block: number, number: number): Promise<boolean> {
  const thread = new FuzzThread(options);
  try {
    const end = await thread.run({ block, from: number, patienceMs: LAST_PATIENCE_MS }, () => undefined);
    return end.kind === 'hung' && end.number === number;
  } finally {
    await thread.stop();
  }
}

function saved({ seed, sources }: FuzzOptions, number: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'letterlock-fuzz-'));
  for (const mail of fuzzMails(seed, Math.floor(number / BLOCK), sources)) {
    if (mail.number !== number) continue;
    writeFileSync(join(directory, 'mail.eml'), mail.mail);
    writeFileSync(join(directory, 'donor.eml'), mail.donor);
  }
  return directory;
}
