import { OpeningBudget } from '../../opening-budget.ts';
import { openTnef } from '../../tnef/tnef-files.ts';
import { asBuffer } from '../as-buffer.ts';
import type { Extraction, ReadContent } from '../extraction.ts';
import { htmlText } from '../html-text.ts';
import { KnownWords } from '../lacking-lines.ts';

/** The text of a TNEF stream [MS-OXTNEF]: its body and its files, those in messages within it too. */
export async function readTnefMessage(stream: Buffer, extraction: Extraction, readContent: ReadContent): Promise<void> {
  const { files, body } = openTnef(stream, new OpeningBudget(stream.length), 0);
  const { text = '', html = '' } = body?.() ?? {};
  const known = new KnownWords();
  known.add(text);
  extraction.line(text);
  extraction.line(known.lackingLines(htmlText(html)));
  for (const { filename, contentType, content, isOpened } of files) {
    if (!extraction.takeEntry()) return;
    extraction.line(filename);
    if (!isOpened) await extraction.within(() => readContent(asBuffer(content()), { filename, contentType }));
  }
}
