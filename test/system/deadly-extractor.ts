import { serveExtractor } from '../../shared/adapters/extraction/serve-extractor.ts';
import { extractText } from '../../shared/mail/index-text/extract-text.ts';

/** An extractor that contents of a certain kind kill, in each way there is. */
serveExtractor(async (content, hint, isOver) => {
  const text = Buffer.from(content).toString('latin1');
  if (text.includes('takes all memory'))
    for (const kept: unknown[] = []; ; ) kept.push(Array.from({ length: 1e5 }, () => ({})));
  if (text.includes('takes all of the machine')) {
    for (const kept: Buffer[] = []; ; ) kept.push(Buffer.alloc(10_000_000, 1));
  }
  if (text.includes('throws')) throw new Error('no extractor expects this');
  if (text.includes('ends the process')) process.exit(1);
  if (text.includes('goes on for ever')) for (;;);
  return await extractText(content, hint, isOver);
});
