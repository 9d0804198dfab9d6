import { describe, expect, test } from 'vitest';
import { textPdf } from '../../../infra/local/demo/content/pdf.ts';
import { createExtractorProcess } from '../../../shared/adapters/extraction/extractor-process.ts';
import { inProcessExtractor } from '../../../shared/usecases/in-process-extractor.ts';
import { pdfPage, pdfStream } from '../mail/index-text/documents.ts';

const entry = new URL('../../system/deadly-extractor.ts', import.meta.url);
const hint = { filename: 'a.txt', contentType: 'text/plain' };
const deadly = (limits = {}) => createExtractorProcess(entry, { heapMegabytes: 64, ...limits });

describe('an extractor in a process', () => {
  test('answers as one in the process does', async () => {
    const extractor = deadly();
    expect(extractor.version).toBe(inProcessExtractor.version);
    for (const content of [Buffer.from('hello'), textPdf(['page'])]) {
      expect(await extractor.extract(content, hint)).toEqual(await inProcessExtractor.extract(content, hint));
    }
  });

  test.each([
    { death: 'takes all memory', reason: 'crashed' },
    { death: 'takes all of the machine', reason: 'limit', limits: { residentMegabytes: 300 } },
    { death: 'throws', reason: 'crashed' },
    { death: 'ends the process', reason: 'crashed' },
    { death: 'goes on for ever', reason: 'limit', limits: { seconds: 1 } },
  ])('a content that $death costs its own text only', async ({ death, reason, limits }) => {
    const extractor = deadly(limits);
    const read = (text: string) => extractor.extract(Buffer.from(text), hint);
    const [before, culprit, behind] = await Promise.all([read('before'), read(death), read('behind')]);
    expect(culprit).toEqual({ outcome: 'unreadable', reason, text: '', truncated: false });
    expect([before.text, behind.text]).toEqual(['before', 'behind']);
  });

  test('a PDF that draws more than can be drawn gives up in time', async () => {
    const draws = (next: number) =>
      `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${next} 0 R >> /Font << /F 5 0 R >> >>`;
    const forms = Array.from({ length: 12 }, (_, index) =>
      pdfStream(`BT /F 9 Tf (again) Tj ET ${index === 11 ? '' : '/X Do '.repeat(10)}`, draws(7 + index)),
    );
    const page = '/Resources << /XObject << /X 6 0 R >> >>';
    const extractor = deadly({ seconds: 2 });
    const [bomb, behind] = await Promise.all([
      extractor.extract(pdfPage('/X Do', forms, page), hint),
      extractor.extract(textPdf(['behind']), hint),
    ]);
    expect(bomb).toMatchObject({ outcome: 'unreadable', reason: 'limit' });
    expect(behind).toMatchObject({ outcome: 'text', text: 'behind' });
  });

  test('that cannot be started blames no content: each may come again', async () => {
    const extractor = createExtractorProcess(new URL('./no-such-extractor.ts', import.meta.url));
    await expect(extractor.extract(Buffer.from('x'), hint)).rejects.toMatchObject({ retryable: true });
  });
});
