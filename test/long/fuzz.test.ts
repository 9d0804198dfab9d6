import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourcesIn } from './fuzz-mails.ts';
import { fuzzRounds } from './fuzz-rounds.ts';

const MAILS = Number(process.env.LETTERLOCK_FUZZ_MAILS ?? 100_000);
const SEED = Number(process.env.LETTERLOCK_FUZZ_SEED ?? Date.now() % 2 ** 31);
const THREADS = 2;
const corpus = process.env.LETTERLOCK_TEST_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus');
const fixtures = join(import.meta.dirname, '../fixtures/mail');

test(`${MAILS} mutated mails are filed and viewed, none throws, hangs or comes back changed (seed ${SEED})`, async () => {
  const folders = existsSync(corpus)
    ? ['mime', 'journal', 'attachments', 'large'].map((name) => join(corpus, name))
    : [];
  const sources = sourcesIn([fixtures, ...folders]);
  expect(await fuzzRounds({ seed: SEED, mails: MAILS, threads: THREADS, sources })).toEqual([]);
});
