import { attachmentContent } from './attachment-content.ts';
import { attachmentParts } from './attachment-parts.ts';
import { filenameOf } from './filename.ts';
import { readParts } from './read-parts.ts';

/** An attachment, decoded. Name, type and content are the sender's, and hostile. */
export interface AttachmentContent {
  /** Empty where the message gives none. */
  readonly filename: string;
  /** `type/subtype`, lower case. */
  readonly contentType: string;
  /** May share the memory of the original. */
  readonly content: Uint8Array;
}

/** The attachment with that number (as in `OriginalView.attachments`), or `undefined` where there is none. Never throws. */
export function readAttachment(bytes: Uint8Array, index: number): AttachmentContent | undefined {
  const part = attachmentParts(readParts(bytes).root)[index];
  if (part === undefined) return undefined;
  return { filename: filenameOf(part), contentType: part.type, content: attachmentContent(part, bytes) };
}
