import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAttachment } from '../../shared/mail/read-attachment.ts';
import { readOriginal } from '../../shared/mail/read-original.ts';
import { viewOriginal } from '../../shared/mail/view-original.ts';

const RUNS = 3_000;
const MAX_MS = 2_000;
const FIXTURES = join(import.meta.dirname, '../fixtures/mail');
const fixtures = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(join(FIXTURES, name)));

/** Pieces that mean something to a mail reader. */
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\0',
  '--',
  '--mix',
  '--mix--',
  '=',
  '=?utf-8?Q?',
  '?=',
  '"',
  '(',
  '<',
  ';',
  ':',
  ' ',
  '\xff',
]
  .concat([
    'Content-Type: multipart/mixed; boundary=mix\r\n',
    'Content-Type: message/rfc822\r\n\r\n',
    'Content-Transfer-Encoding: base64\r\n',
  ])
  .map((token) => Buffer.from(token, 'latin1'));

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat(40),
  put: fc.constantFrom(...TOKENS),
});
const mutated = fc
  .tuple(fc.constantFrom(...fixtures), fc.array(mutation, { minLength: 1, maxLength: 8 }))
  .map(([bytes, mutations]) =>
    mutations.reduce((changed, { at, removed, put }) => {
      const offset = Math.floor(at * changed.length);
      return Buffer.concat([changed.subarray(0, offset), put, changed.subarray(offset + removed)]);
    }, bytes),
  );

describe('mutated mail', () => {
  test('is read without a throw, the same each time, untouched', () => {
    fc.assert(
      fc.property(mutated, (bytes) => {
        const before = Buffer.from(bytes);
        const facts = readOriginal(bytes);
        expect(bytes.equals(before)).toBe(true);
        expect(readOriginal(before)).toEqual(facts);
        for (let index = 0; index < (facts?.attachmentCount ?? 0); index++)
          expect(readAttachment(bytes, index)).toBeDefined();
        if (facts) expect(readAttachment(bytes, facts.attachmentCount)).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });

  test('can be viewed', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (bytes) => {
        const view = await viewOriginal(bytes);
        const count = readOriginal(bytes)?.attachmentCount;
        if (count !== undefined) expect(view.attachments).toHaveLength(count);
      }),
      { numRuns: RUNS / 10 },
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
      fc.property(mutated, (bytes) => {
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
