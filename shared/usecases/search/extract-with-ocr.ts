import type { ExtractedText } from '../../domain/extracted-text.ts';
import type { IndexAttachment } from '../../domain/index-reading.ts';
import { UnreadableError } from '../../errors.ts';
import type { Ocr } from '../../ports/ocr.ts';
import type { TextExtractor } from '../../ports/text-extractor.ts';

/** Media types by the first bytes of pictures, whatever their message calls them. */
const PICTURES: readonly (readonly [mark: string, contentType: string])[] = [
  ['\x89PNG', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['GIF8', 'image/gif'],
  ['%PDF-', 'application/pdf'],
];

/** What reads texts out of attachments. */
export interface TextReaders {
  readonly extractor: TextExtractor;
  /** Reads pictures, where there is somebody who does. */
  readonly ocr?: Ocr;
}

/** The text of a content; of a picture, and of a PDF without text, what is read off it where there is somebody who does. */
export async function extractWithOcr(
  { extractor, ocr }: TextReaders,
  content: Uint8Array,
  { type, filename, contentType, charset }: IndexAttachment,
): Promise<ExtractedText> {
  const text = await extractor.extract(content, { filename, contentType, ...(charset && { charset }) });
  const pictureType = pictureTypeOf(content) ?? contentType;
  const isPicture = (type === 'image' || type === 'pdf') && text.outcome === 'nothing';
  if (!isPicture || !ocr?.takes(pictureType)) return text;
  try {
    const recognised = await ocr.recognise(content, pictureType);
    return recognised.trim() === '' ? text : { outcome: 'text', text: recognised, truncated: false };
  } catch (error) {
    if (error instanceof UnreadableError) return { ...text, outcome: 'unreadable', reason: 'damaged' };
    throw error;
  }
}

function pictureTypeOf(content: Uint8Array): string | undefined {
  const start = Buffer.from(content.subarray(0, 8)).toString('latin1');
  return PICTURES.find(([mark]) => start.startsWith(mark))?.[1];
}
