import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createExtractorProcess } from '../../shared/adapters/extraction/extractor-process.ts';
import { readForIndex } from '../../shared/mail/index-text/read-for-index.ts';
import { readAttachments } from '../../shared/mail/read-attachment.ts';

const corpus = process.env.LETTERLOCK_TEST_CORPUS ?? '../shared/corpus';
const isThere = existsSync(corpus);
const extractor = createExtractorProcess(new URL('../../infra/local/extractor-process.ts', import.meta.url));

test('the folder of real mail is there where it has to be', () => {
  expect(isThere || !process.env.CI).toBe(true);
});

async function* filesIn(folder: string): AsyncGenerator<[path: string, content: Buffer]> {
  const entries = await readdir(join(corpus, folder), { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) yield [path, await readFile(path)];
  }
}

describe.runIf(isThere)('real attachments', () => {
  test.each(['mime', 'journal', 'attachments'])('%s: each is read, or told why not', async (folder) => {
    const failed: string[] = [];
    let read = 0;
    for await (const [path, bytes] of filesIn(folder)) {
      const { attachments } = readForIndex(bytes, []);
      const contents = readAttachments(
        bytes,
        attachments.map(({ index }) => index),
      );
      for (const [index, { filename, contentType, sizeBytes }] of attachments.entries()) {
        const content = contents[index]?.content ?? new Uint8Array();
        expect(content.length, path).toBe(sizeBytes);
        const { outcome, reason } = await extractor.extract(content, { filename, contentType });
        if (reason === 'crashed' || reason === 'limit') failed.push(`${path} ${index} ${reason}`);
        if (outcome === 'text') read++;
      }
    }
    expect(failed).toEqual([]);
    expect(read).toBeGreaterThan(5);
  });

  test.each([
    { file: 'testPDF.pdf', word: 'Delacrétaz' },
    { file: 'testPDFVarious.pdf', word: 'footer' },
    { file: 'testWORD.doc', word: 'subtitle' },
    { file: 'testWORD.docx', word: 'subtitle' },
    { file: 'testEXCEL.xls', word: 'Squares' },
    { file: 'testEXCEL.xlsx', word: 'Squares' },
    { file: 'testPPT.ppt', word: 'Powerpoint' },
    { file: 'testPPT.pptx', word: 'Rajiv' },
    { file: 'testODFwithOOo3.odt', word: 'Lucene' },
    { file: 'testRTF.rtf', word: 'indexation' },
    { file: 'test-zip-of-zip.zip', word: 'text.html' },
    { file: 'protectedFile.xlsx', reason: 'password' },
    { file: 'testWORD_protected_passtika.docx', reason: 'password' },
  ])('$file', async ({ file, word = '', reason }) => {
    const content = await readFile(join(corpus, 'attachments/apache+tika-office-docs', file));
    const read = await extractor.extract(content, { filename: '', contentType: '' });
    expect(read.reason).toBe(reason);
    expect(read.text).toContain(word);
  });
});
