import type { AttachmentContent } from '../domain/original.ts';
import { attachmentParts } from './attachment-parts.ts';
import { readParts } from './read-parts.ts';

/** The attachment with that number (as in `OriginalView.attachments`), or `undefined` where there is none. Never throws. */
export function readAttachment(bytes: Uint8Array, index: number): AttachmentContent | undefined {
  const attachment = attachmentParts(readParts(bytes).root, bytes)[index];
  return attachment && { ...attachment, content: attachment.content() };
}
