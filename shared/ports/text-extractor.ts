import type { ContentHint, ExtractedText } from '../domain/extracted-text.ts';

/** Reads the text of attachments, which are hostile, where reading may die or go on for ever without harm. */
export interface TextExtractor {
  /**
   * Changes whenever the same content may give another text: what is kept of an older one is not used. Letters, digits
   * and dots.
   */
  readonly version: string;
  /**
   * The text of `content`, which is what its first bytes say, else its name, else its type. Never fails on account of
   * the bytes, however long they would take. Throws `StorageError` where nothing was read for reasons outside of them.
   */
  extract(content: Uint8Array, hint: ContentHint): Promise<ExtractedText>;
}
