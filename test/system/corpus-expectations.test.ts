import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { OriginalView } from '../../shared/domain/original.ts';
import { readAttachment } from '../../shared/mail/read-attachment.ts';
import { readOriginal } from '../../shared/mail/read-original.ts';
import { viewOriginal } from '../../shared/mail/view-original.ts';
import { type CorpusExpectation, readCorpusExpectations } from './corpus-expectation.ts';

const LEAST_EXPECTATIONS = 150;

const corpus = process.env.LETTERLOCK_TEST_CORPUS ?? '../shared/corpus';
const isThere = existsSync(corpus);
const expectations = readCorpusExpectations(join(import.meta.dirname, 'expectations'));

test('the folder of real mail is there where it has to be', () => {
  expect(isThere || !process.env.CI).toBe(true);
});

test(`at least ${LEAST_EXPECTATIONS} files are judged, each once`, () => {
  const files = expectations.map(({ file }) => file);
  expect(files.length).toBeGreaterThanOrEqual(LEAST_EXPECTATIONS);
  expect(files.filter((file, index) => files.indexOf(file) !== index)).toEqual([]);
});

describe.runIf(isThere)('people are shown what the bytes say', () => {
  test.each(expectations.map((expected) => [`${expected.file} (${expected.why})`, expected] as const))(
    '%s',
    async (_name, expected) => {
      const raw = await readFile(join(corpus, expected.file));
      const facts = readOriginal(raw);
      if (expected.notAMessage) {
        expect(facts).toBeUndefined();
        return;
      }
      const view = await viewOriginal(raw);
      expect({
        ...(expected.subject !== undefined && { subject: facts?.subject }),
        ...(expected.subjectHas && { subjectHas: shownOf(expected.subjectHas, facts?.subject ?? '') }),
        ...(expected.from && { from: facts?.from }),
        ...(expected.to && { to: facts?.to }),
        ...(expected.cc && { cc: facts?.cc }),
        ...(expected.html !== undefined && { html: view.html !== undefined }),
        ...shownText(expected, view),
        ...(expected.attachments && { attachments: shownAttachments(expected.attachments, view, raw) }),
      }).toEqual(judged(expected));
      expect(facts?.attachmentCount).toBe(view.attachments.length);
    },
  );
});

/** The excerpts that are shown where they must be, and those that are not where they must not be. */
function shownText(expected: CorpusExpectation, view: OriginalView) {
  const html = collapsed(view.html ?? '');
  const text = collapsed(view.text);
  const isShown = (excerpt: string) => text.includes(collapsed(excerpt)) || html.includes(collapsed(excerpt));
  return {
    ...(expected.textHas && { textHas: shownOf(expected.textHas, text === '' ? html : text) }),
    ...(expected.htmlHas && { htmlHas: shownOf(expected.htmlHas, html) }),
    ...(expected.textHasNot && { textHasNot: expected.textHasNot.filter((excerpt) => !isShown(excerpt)) }),
  };
}

/** Each excerpt as it is, or, where it is missing, the beginning of what there is instead. */
function shownOf(excerpts: readonly string[], text: string): string[] {
  return excerpts.map((excerpt) => (text.includes(collapsed(excerpt)) ? excerpt : text.slice(0, 500)));
}

/** What of each attachment is judged, from the view and from the attachment itself, which must agree. */
function shownAttachments(expected: NonNullable<CorpusExpectation['attachments']>, view: OriginalView, raw: Buffer) {
  return view.attachments.map(({ index, filename, contentType, sizeBytes }) => {
    const read = readAttachment(raw, index);
    expect([read?.filename, read?.contentType, read?.content.byteLength]).toEqual([filename, contentType, sizeBytes]);
    return {
      ...(expected[index]?.filename !== undefined && { filename }),
      contentType,
      ...(expected[index]?.sizeBytes !== undefined && { sizeBytes }),
      ...(expected[index]?.sha256 && read && { sha256: hash('sha256', read.content, 'hex') }),
    };
  });
}

/** What is judged of a file. */
function judged({ file: _file, why: _why, note: _note, ...rest }: CorpusExpectation) {
  return rest;
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
