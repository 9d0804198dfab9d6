import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAttachment } from '../../shared/mail/read-attachment.ts';
import { readOriginal } from '../../shared/mail/read-original.ts';
import { viewOriginal } from '../../shared/mail/view-original.ts';
import { checkMail } from './check-mail.ts';
import { mutated } from './mutations.ts';

const RUNS = 2_000;
const MAX_MS = 2_000;
const FIXTURES = join(import.meta.dirname, '../fixtures/mail');
const fixtures = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(join(FIXTURES, name)));

const mails = mutated(fixtures);

describe('mutated mail', () => {
  test('is filed and viewed without a throw, the same each time, and comes back byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(mails, fc.constantFrom(...fixtures), async (mail, base) => await checkMail(mail, base)),
      { numRuns: RUNS },
    );
  });

  test('is no message or one, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readOriginal(bytes)),
      { numRuns: RUNS },
    );
  });

  test('with transport fields added is the same message, unless the first line was no field', () => {
    fc.assert(
      fc.property(mails, (bytes) => {
        const facts = readOriginal(bytes);
        if (facts === undefined || facts.anomalies.length > 0 || bytes.subarray(0, 5).toString() === 'From ') return;
        const sent = Buffer.concat([Buffer.from('Received: from a by b\r\n'), bytes]);
        expect(readOriginal(sent)?.fingerprint).toBe(facts.fingerprint);
      }),
      { numRuns: RUNS },
    );
  });
});

const corpus = process.env.LETTERLOCK_TEST_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus');
const folders = ['mime', 'journal'].map((folder) => join(corpus, folder));
const files = folders.flatMap((folder) => filesUnder(folder));

describe('the corpus', () => {
  test('is there in CI', () => {
    if (process.env.CI) expect(files.length).toBeGreaterThan(0);
  });

  test.skipIf(files.length === 0)(`is read without a throw, each in less than ${MAX_MS} ms`, () => {
    for (const file of files) {
      const bytes = readFileSync(file);
      const start = performance.now();
      readOriginal(bytes);
      expect(performance.now() - start, file).toBeLessThan(MAX_MS);
    }
  });

  test.skipIf(files.length === 0)('can be viewed: every tenth file, with its attachments', async () => {
    for (const file of files.filter((_, index) => index % 10 === 0)) {
      const bytes = readFileSync(file);
      const view = await viewOriginal(bytes);
      for (const { index, sizeBytes } of view.attachments) {
        expect(readAttachment(bytes, index)?.content.byteLength, file).toBe(sizeBytes);
      }
    }
  });
});

function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [];
  }
}
