import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { viewOriginal } from '../../../shared/mail/view-original.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/mail');
/** What people should see of each fixture, judged by reading it; `null` where it is no message. */
const Expected = z.record(
  z.string(),
  z
    .object({
      subject: z.string(),
      text: z.string(),
      html: z.string().optional(),
      attachments: z.array(z.object({ filename: z.string(), contentType: z.string(), sizeBytes: z.number() })),
      anomalies: z.array(z.string()),
    })
    .nullable(),
);
const expected = Expected.parse(JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.eml'));

describe('the fixtures', () => {
  test('all have an expectation', () => expect(Object.keys(expected).sort()).toEqual(files.sort()));

  test.each(files)('%s shows what it should', async (file) => {
    const bytes = readFileSync(join(FOLDER, file));
    const facts = readOriginal(bytes);
    if (facts === undefined) return expect(expected[file]).toBeNull();
    const { text, html, attachments } = await viewOriginal(bytes);
    expect(facts.attachmentCount).toBe(attachments.length);
    return expect({
      subject: facts.subject,
      text,
      ...(html !== undefined && { html }),
      attachments: attachments.map(({ filename, contentType, sizeBytes }) => ({ filename, contentType, sizeBytes })),
      anomalies: facts.anomalies,
    }).toEqual(expected[file]);
  });
});
