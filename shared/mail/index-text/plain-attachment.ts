import type { AttachmentType } from '../../domain/attachment-type.ts';
import type { ContentHint, ExtractedText } from '../../domain/extracted-text.ts';
import { asBuffer } from './as-buffer.ts';
import { contentTypeOf } from './content-type.ts';
import { Extraction } from './extraction.ts';
import { cardText } from './formats/card-text.ts';
import { plainText } from './formats/plain-text.ts';
import { htmlText } from './html-text.ts';

/**
 * The text of an attachment that is text as it stands, or a web page, calendar or address card, as `extractText` gives
 * it; `undefined` of any other. Takes time and memory by its length only, and loads no reader of other formats.
 */
export function extractPlainText(content: Uint8Array, hint: ContentHint): ExtractedText | undefined {
  const bytes = asBuffer(content);
  const extraction = new Extraction(() => false);
  try {
    if (bytes.length > 0 && !readPlainText(contentTypeOf(bytes, hint), bytes, hint, extraction)) return undefined;
  } catch {
    extraction.unreadable('damaged');
  }
  return extraction.result();
}

/** Reads a content of such a type; answers false where it is of another one. */
export function readPlainText(
  type: AttachmentType,
  content: Buffer,
  { charset }: ContentHint,
  extraction: Extraction,
): boolean {
  switch (type) {
    case 'html':
      if (isMime(content)) return false;
      extraction.line(htmlText(plainText(content, charset)));
      return true;
    case 'text':
    case 'csv':
      extraction.line(plainText(content, charset));
      return true;
    case 'calendar':
    case 'contact':
      extraction.line(cardText(plainText(content, charset)));
      return true;
    default:
      return false;
  }
}

/** A web page with its pictures is a message (RFC 2557). */
function isMime(content: Buffer): boolean {
  return /^(MIME-Version|From|Subject|Content-Type):/im.test(
    content.toString('latin1', 0, 500).trimStart().split('\n', 1)[0] ?? '',
  );
}
