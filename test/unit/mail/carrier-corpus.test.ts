import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { carriedBy } from '../../../shared/mail/carrier.ts';
import { readOriginal } from '../../../shared/mail/read-original.ts';

const corpus = process.env.LETTERLOCK_TEST_CORPUS ?? join(import.meta.dirname, '../../../../shared/corpus');
const folder = join(corpus, 'journal');
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
      .map((entry) => join(entry.parentPath, entry.name))
  : [];
const ace = (name: string) => carriedBy(readFileSync(join(folder, 'ace-ecosystem+ACE', name)), () => false);

test('the journal corpus is there in CI', () => {
  if (process.env.CI) expect(files.length).toBeGreaterThan(0);
});

describe.skipIf(files.length === 0)('the journal corpus', () => {
  test('comes apart without a throw, every original a slice of its arrival', () => {
    for (const file of files) {
      const arrival = readFileSync(file);
      for (const isEndpoint of [() => false, () => true]) {
        const { offset, bytes, carrier } = carriedBy(arrival, isEndpoint);
        expect(bytes.equals(arrival.subarray(offset, offset + bytes.length)), file).toBe(true);
        if (carrier === 'none') expect(bytes.length, file).toBe(arrival.length);
        else expect(readOriginal(bytes), file).toBeDefined();
      }
    }
  });

  test.each([['o365_journaled.email.rfc822'], ['pdf_attachment.email.rfc822']])(
    '%s: a report of Microsoft 365 gives the mail in it, and whose it is',
    (name) => {
      const { carrier, bytes, report } = ace(name);
      const original = readOriginal(bytes);
      expect(carrier).toBe('report');
      expect(report?.messageId).toBe(original?.messageId);
      expect(report?.subject).toBe(original?.subject);
      expect(report?.recipients.length).toBeGreaterThan(0);
      for (const { address, kind } of report?.recipients ?? []) {
        expect(kind).toMatch(/^(?:to|cc|bcc|recipient)$/);
        expect(address).toMatch(/^[^\s<>]+@[^\s<>]+$/);
      }
    },
  );
});
