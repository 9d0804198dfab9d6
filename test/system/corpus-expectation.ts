import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const address = z.strictObject({ name: z.string().optional(), address: z.string() });

const attachment = z.strictObject({
  /** Empty where the message gives none; left out where it is debatable. */
  filename: z.string().optional(),
  contentType: z.string(),
  /** Of the decoded content. */
  sizeBytes: z.int().optional(),
  sha256: z.hex().length(64).optional(),
});

const corpusExpectation = z.strictObject({
  /** Relative to the folder of real mail. */
  file: z.string(),
  /** What is nasty about it, in a few words. */
  why: z.string(),
  /** True for bytes without a single header field. */
  notAMessage: z.literal(true).optional(),
  subject: z.string().optional(),
  /** Excerpts, where not all of the subject is certain. */
  subjectHas: z.array(z.string()).optional(),
  from: z.array(address).optional(),
  to: z.array(address).optional(),
  cc: z.array(address).optional(),
  /** Excerpts of the text, or of the HTML where there is no text. */
  textHas: z.array(z.string()).optional(),
  /** What must be in neither. */
  textHasNot: z.array(z.string()).optional(),
  htmlHas: z.array(z.string()).optional(),
  html: z.boolean().optional(),
  attachments: z.array(attachment).optional(),
  /** Why something is not expected, or expected that surprises. */
  note: z.string().optional(),
});

/**
 * What a competent person reads out of the raw bytes of a file of real mail, judged without this project's reader.
 * What is left out is debatable, or not telling. In excerpts, runs of whitespace count as one space.
 */
export type CorpusExpectation = z.infer<typeof corpusExpectation>;

/** The expectations of every JSON file in `folder`. Throws where one is misspelt. */
export function readCorpusExpectations(folder: string): CorpusExpectation[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => z.array(corpusExpectation).parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}
