import type { AttachmentContent } from '../domain/original.ts';
import type { Attachment } from './attachment.ts';
import { attachmentParts } from './attachment-parts.ts';
import { readParts } from './read-parts.ts';

/** The attachment with that number (as in `OriginalView.attachments`), or `undefined` where there is none. Never throws. */
export function readAttachment(bytes: Uint8Array, index: number): AttachmentContent | undefined {
  const attachment = attachmentParts(readParts(bytes).root, bytes)[index];
  return attachment && contentOf(attachment);
}

/** The same of several, in the order asked. */
export function readAttachments(bytes: Uint8Array, indexes: readonly number[]): (AttachmentContent | undefined)[] {
  const attachments = attachmentParts(readParts(bytes).root, bytes);
  return indexes.map((index) => {
    const attachment = attachments[index];
    return attachment && contentOf(attachment);
  });
}

function contentOf({ filename, contentType, content }: Attachment): AttachmentContent {
  return { filename, contentType, content: content() };
}
