import type { OriginalView } from '../domain/original.ts';
import { type BodyText, bodyTextOf, isBlank } from './body-text.ts';
import { MAX_VIEW_CHARACTERS } from './limits.ts';
import { type OpenedMessage, openMessage } from './open-message.ts';
import { readParts } from './read-parts.ts';

/**
 * What people read of an original: its own body, without that of messages nested in it, and its attachments. `text`
 * is empty where there is HTML only. Never rejects on account of the bytes.
 */
export async function viewOriginal(bytes: Uint8Array): Promise<OriginalView> {
  const opened = openMessage(readParts(bytes).root, bytes);
  const { text = '', html } = readBody(opened);
  const truncated = text.length > MAX_VIEW_CHARACTERS || (html?.length ?? 0) > MAX_VIEW_CHARACTERS;
  return {
    text: cut(text),
    ...(html !== undefined && { html: cut(html) }),
    truncated,
    attachments: opened.attachments.map(({ filename, contentType, content }, index) => ({
      index,
      filename,
      contentType,
      sizeBytes: content().byteLength,
    })),
  };
}

function readBody({ body, insteadOfBody }: OpenedMessage): BodyText {
  const own = bodyTextOf(body);
  if (!isBlank(own)) return own;
  for (const read of insteadOfBody) {
    const other = read();
    if (!isBlank(other)) return other;
  }
  return own;
}

/** Never between the halves of a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MAX_VIEW_CHARACTERS) return text;
  const last = text.charCodeAt(MAX_VIEW_CHARACTERS - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? MAX_VIEW_CHARACTERS - 1 : MAX_VIEW_CHARACTERS);
}
