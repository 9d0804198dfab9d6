import { createExtractorProcess } from '../../shared/adapters/extraction/extractor-process.ts';
import { createReaderProcess } from '../../shared/adapters/processes/reader-process.ts';
import type { MailReader } from '../../shared/ports/mail-reader.ts';
import type { TextExtractor } from '../../shared/ports/text-extractor.ts';

/** Beside a process that reads attachments (1,200 MB at most) and the function itself: both fit into the memory of two cores. */
const READER_RESIDENT_MEGABYTES = 1_000;

/**
 * Reads mail and attachments in processes of their own, whose modules lie beside the function's bundle: what kills one,
 * or takes all memory, costs what it read and nothing else. They begin with the first question.
 */
export function cloudReading(): { readonly reader: MailReader; readonly extractor: TextExtractor } {
  return {
    reader: createReaderProcess(new URL('./reader-process.mjs', import.meta.url), {
      residentMegabytes: READER_RESIDENT_MEGABYTES,
    }),
    extractor: createExtractorProcess(new URL('./extractor-process.mjs', import.meta.url)),
  };
}
