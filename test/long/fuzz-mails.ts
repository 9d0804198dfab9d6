import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { mutatedBy, mutationPlans } from '../fuzz/mutations.ts';

/** Mutated mails that are the same for the same seed, made in blocks of so many. */
export const BLOCK = 250;
/** Larger ones would be most of the work and find nothing more. */
const MAX_MAIL_BYTES = 100_000;

/** A mutated mail and the one that pieces of it come from. */
export interface FuzzMail {
  readonly number: number;
  readonly mail: Buffer;
  readonly donor: Buffer;
}

/**
 * The files that mails are made of, in folders that are taken from equally often: the plain mails of `large`
 * are most of a corpus, and the least of its oddities.
 */
export function sourcesIn(folders: readonly string[]): readonly (readonly string[])[] {
  return folders.map(filesIn).filter((files) => files.length > 0);
}

/** The mails `block * BLOCK` and following. */
export function* fuzzMails(seed: number, block: number, sources: readonly (readonly string[])[]): Generator<FuzzMail> {
  const plans = fc.sample(mutationPlans, { seed: seed + block, numRuns: BLOCK });
  for (const [index, plan] of plans.entries()) {
    const [mail, donor] = [plan.mail, plan.donor].map((which) => readFileSync(fileAt(sources, which)));
    if (!mail || !donor) continue;
    yield { number: block * BLOCK + index, mail: mutatedBy(plan, mail, donor), donor };
  }
}

function fileAt(sources: readonly (readonly string[])[], which: number): string {
  const files = sources[which % sources.length] ?? [];
  return files[Math.floor(which / sources.length) % files.length] ?? '';
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size <= MAX_MAIL_BYTES)
    .sort();
}
