import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { extractText } from '../../../../shared/mail/index-text/extract-text.ts';
import { MAX_TEXT_CHARACTERS } from '../../../../shared/mail/index-text/extraction.ts';
import { compoundFileOf, docxOf, officeOf, pdfOf, pdfPage, pdfStream, zipOf } from './documents.ts';

const extract = (content: string | Uint8Array, filename: string) =>
  extractText(Buffer.from(content), { filename, contentType: '' });

test('entities that stand for more and more entities stay as they are', async () => {
  const entities = Array.from({ length: 10 }, (_, index) => `<!ENTITY l${index} "${`&l${index - 1};`.repeat(10)}">`);
  const document = officeOf({ 'word/document.xml': `<!DOCTYPE l [${entities.join('')}]><w:t>so: &l9;</w:t>` });
  expect(await extract(document, 'a.docx')).toMatchObject({ outcome: 'text', text: 'so: &l9;' });
});

test('archives in archives are opened to a depth, and up to a size', async () => {
  let archive = zipOf({ name: 'zeros.txt', content: Buffer.alloc(1_000_000) });
  for (let level = 0; level < 6; level++) {
    archive = zipOf(...Array.from({ length: 16 }, (_, index) => ({ name: `${index}.zip`, content: archive })));
  }
  const deep = await extract(archive, 'a.zip');
  expect(deep).toMatchObject({ outcome: 'unreadable', reason: 'limit' });
});

test('what unpacks to more than is read is cut', async () => {
  const zeros = gzipSync(Buffer.alloc(100 * 1024 * 1024));
  expect(await extract(gzipSync(zeros), 'a.gz')).toMatchObject({ outcome: 'unreadable', reason: 'limit', text: '' });
});

test('a text that is beyond the limit is cut, and says so', async () => {
  const long = await extract(docxOf('<w:p><w:t>word</w:t></w:p>'.repeat(500_000)), 'a.docx');
  expect(long).toMatchObject({ outcome: 'unreadable', reason: 'limit', truncated: true });
  expect(long.text).toHaveLength(MAX_TEXT_CHARACTERS);
});

test.each([
  { name: 'elements in elements', content: docxOf('<w:p>'.repeat(500_000)), file: 'a.docx' },
  { name: 'tags that never end', content: `<html>${'<div a="'.repeat(200_000)}`, file: 'a.html' },
  { name: 'declarations in declarations', content: docxOf('<!x [>'.repeat(300_000)), file: 'a.docx' },
  { name: 'blanks before a word', content: `${' '.repeat(1_000_000)}x`, file: 'a.txt' },
  { name: 'blanks in a document', content: docxOf(`<w:t>${' \u00a0'.repeat(500_000)}x</w:t>`), file: 'a.docx' },
  {
    name: 'brackets in a format of numbers',
    content: officeOf({
      'xl/workbook.xml': '',
      'xl/styles.xml': `<numFmt numFmtId="1" formatCode="${'['.repeat(500_000)}"/>`,
    }),
    file: 'a.xlsx',
  },
  { name: 'groups in groups', content: `{\\rtf1 ${'{'.repeat(500_000)}`, file: 'a.rtf' },
  { name: 'folders that hold themselves', content: ring(), file: 'a.msg' },
  { name: 'folders in folders', content: compoundFileOf(nested(500)), file: 'a.msg' },
  {
    name: 'pages that hold themselves',
    content: pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R] /Count 9 >>']),
    file: 'a.pdf',
  },
  { name: 'forms that draw themselves', content: selfDrawn(), file: 'a.pdf' },
])('$name cost what they are', async ({ content, file }) => {
  expect((await extract(content, file)).text.length).toBeLessThan(100);
});

test('reading ends when time is up, with what there is', async () => {
  let asked = 0;
  const archive = zipOf(
    ...Array.from({ length: 50 }, (_, index) => ({ name: `${index}.txt`, content: `text ${index}` })),
  );
  const hint = { filename: 'a.zip', contentType: '' };
  const { outcome, reason, text } = await extractText(archive, hint, () => ++asked > 10);
  expect({ outcome, reason }).toEqual({ outcome: 'unreadable', reason: 'limit' });
  expect(text).toMatch(/^0\.txt\ntext 0\n1\.txt/);
});

function ring(): Buffer {
  const file = compoundFileOf({ '__properties_version1.0': Buffer.alloc(32) });
  // The directory is the first chain behind the one stream: let each entry point at itself.
  const directory = (file.readUInt32LE(48) + 1) * 512;
  file.writeUInt32LE(1, directory + 128 + 68);
  file.writeUInt32LE(0, directory + 128 + 72);
  return file;
}

function nested(depth: number): { readonly [name: string]: Buffer | ReturnType<typeof nested> } {
  let folder: ReturnType<typeof nested> = { '__properties_version1.0': Buffer.alloc(1) };
  for (let level = 0; level < depth; level++) folder = { '__attach_version1.0_#0': { '__substg1.0_3701000D': folder } };
  return { '__properties_version1.0': Buffer.alloc(1), ...folder };
}

function selfDrawn(): Buffer {
  const form = '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>';
  return pdfPage('/X Do', [pdfStream('/X Do /X Do', form)], '/Resources << /XObject << /X 6 0 R >> >>');
}
