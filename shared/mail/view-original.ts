import type { AttachmentFacts, OriginalView } from '../domain/original.ts';
import { attachmentContent } from './attachment-content.ts';
import { attachmentParts } from './attachment-parts.ts';
import { type BodyText, bodyTextOf } from './body-text.ts';
import { filenameOf } from './filename.ts';
import { MAX_VIEW_CHARACTERS } from './limits.ts';
import { parseBody } from './parsed-body.ts';
import { type MessageParts, readParts } from './read-parts.ts';

/**
 * What people read of an original: its own body, without that of messages nested in it, and its attachments. `text`
 * is empty where there is HTML only. Never rejects on account of the bytes.
 */
export async function viewOriginal(bytes: Uint8Array): Promise<OriginalView> {
  const parts = readParts(bytes);
  const { text = '', html } = await readBody(parts);
  const truncated = text.length > MAX_VIEW_CHARACTERS || (html?.length ?? 0) > MAX_VIEW_CHARACTERS;
  return {
    text: cut(text),
    ...(html !== undefined && { html: cut(html) }),
    truncated,
    attachments: attachmentParts(parts.root).map(
      (part, index): AttachmentFacts => ({
        index,
        filename: filenameOf(part),
        contentType: part.type,
        sizeBytes: attachmentContent(part, bytes).byteLength,
      }),
    ),
  };
}

async function readBody({ source, start, root }: MessageParts): Promise<BodyText> {
  const parsed = await parseBody(source.subarray(start));
  if (parsed?.text !== undefined || parsed?.html !== undefined) return parsed;
  return bodyTextOf(root);
}

/** Never between the halves of a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MAX_VIEW_CHARACTERS) return text;
  const last = text.charCodeAt(MAX_VIEW_CHARACTERS - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? MAX_VIEW_CHARACTERS - 1 : MAX_VIEW_CHARACTERS);
}
