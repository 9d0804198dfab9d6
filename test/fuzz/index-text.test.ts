import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textPdf } from '../../infra/local/demo/content/pdf.ts';
import { extractText } from '../../shared/mail/index-text/extract-text.ts';
import { MAX_TEXT_CHARACTERS } from '../../shared/mail/index-text/extraction.ts';
import { htmlText } from '../../shared/mail/index-text/html-text.ts';
import { readForIndex } from '../../shared/mail/index-text/read-for-index.ts';
import { viewOriginal } from '../../shared/mail/view-original.ts';
import { compoundFileOf, zipOf } from '../unit/mail/index-text/documents.ts';
import { mutated } from './mutations.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/mail');
const fixtures = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(join(FIXTURES, name)));
const stored = (name: string, content: string) => ({ name, content, method: 0 });
const documents = [
  zipOf(stored('[Content_Types].xml', ''), stored('word/document.xml', '<w:p a="b"><w:t>one &amp; two</w:t></w:p>')),
  zipOf(
    stored('[Content_Types].xml', ''),
    stored('xl/workbook.xml', '<sheet name="s"/>'),
    stored('xl/sharedStrings.xml', '<si><t>one</t></si>'),
    stored('xl/worksheets/sheet1.xml', '<row><c t="s" s="1"><v>0</v></c><c><v>1.5</v></c></row>'),
  ),
  zipOf(stored('mimetype', 'application/vnd.oasis.opendocument.text'), stored('content.xml', '<text:p>one</text:p>')),
  zipOf(stored('a/b.txt', 'one'), stored('c.zip', 'PK')),
  compoundFileOf({
    '__properties_version1.0': Buffer.alloc(40),
    '__substg1.0_0037001F': Buffer.from('one', 'utf16le'),
    '__attach_version1.0_#00000000': { '__substg1.0_37010102': Buffer.from('two') },
  }),
  compoundFileOf({ Workbook: Buffer.from('0908040000060500fc00120001000000010000000300006f6e65', 'hex') }),
  compoundFileOf({ WordDocument: Buffer.concat([Buffer.from([0xec, 0xa5, 0xc1, 0]), Buffer.alloc(600, 3)]) }),
  compoundFileOf({
    'PowerPoint Document': Buffer.from('0f00e80310000000 0000a80f03000000 6f6e65'.replaceAll(' ', ''), 'hex'),
  }),
  Buffer.from("{\\rtf1{\\fonttbl{\\f0 A;}}{\\info{\\title x}}one\\u8364?\\'e4{\\footnote two}}"),
  Buffer.from('BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=\n=41\nEND:VCARD'),
  ...fixtures.slice(0, 10),
];
const hints = fc.record({
  filename: fc.constantFrom('', 'a.docx', 'a.txt', 'a.eml', 'a.msg', 'a.zip', 'a.ics', 'a.html'),
  contentType: fc.constantFrom('', 'text/plain', 'message/rfc822'),
});

describe('mutated mail', () => {
  test('can be found by each word that a view shows', async () => {
    await fc.assert(
      fc.asyncProperty(mutated(fixtures), async (mail) => {
        const view = await viewOriginal(mail);
        const reading = readForIndex(mail, ['received']);
        const found = new Set(wordsOf(reading.text));
        for (const word of wordsOf(`${view.text}\n${htmlText(view.html ?? '')}`)) expect(found).toContain(word);
        expect(reading.attachments.length).toBe(view.attachments.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('mutated attachments', () => {
  const check = async (content: Uint8Array, hint: { readonly filename: string; readonly contentType: string }) => {
    const { outcome, reason, text } = await extractText(content, hint);
    expect(text.length).toBeLessThanOrEqual(MAX_TEXT_CHARACTERS);
    expect(text.isWellFormed()).toBe(true);
    expect(reason !== undefined).toBe(outcome === 'unreadable');
  };

  test('are read without a throw, or told why not', async () => {
    await fc.assert(fc.asyncProperty(mutated(documents), hints, check), { numRuns: 1_500 });
  });

  test('PDF too', async () => {
    const pdfs = [textPdf(['one', 'two'])];
    await fc.assert(fc.asyncProperty(mutated(pdfs), hints, check), { numRuns: 150 });
  });
});

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
