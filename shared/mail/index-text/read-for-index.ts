import { hash } from 'node:crypto';
import type { IndexAttachment, IndexReading } from '../../domain/index-reading.ts';
import type { Attachment } from '../attachment.ts';
import { type OpenedMessage, openMessage } from '../open-message.ts';
import type { Part } from '../part.ts';
import { charsetOfFirstText } from '../raw-text.ts';
import { readParts } from '../read-parts.ts';
import { asBuffer } from './as-buffer.ts';
import { contentTypeOf } from './content-type.ts';
import { indexBody } from './index-body.ts';
import { readIndexHeader } from './index-header.ts';
import { protectionOf } from './protection.ts';

/**
 * What an index takes of an original, in time linear in its size; `headers` names further header fields, in lower
 * case. Never throws.
 */
export function readForIndex(bytes: Uint8Array, headers: readonly string[]): IndexReading {
  const { root } = readParts(bytes);
  return { ...indexReading(root, openMessage(root, bytes), headers) };
}

function indexReading(root: Part, opened: OpenedMessage, headers: readonly string[]): IndexReading {
  return {
    ...readIndexHeader(root.section, charsetOfFirstText(root), headers),
    ...indexBody(opened),
    ...protectionOf(root),
    attachments: opened.attachments.map(indexAttachment),
  };
}

function indexAttachment(
  { filename, contentType, charset, content, isOpened = false }: Attachment,
  index: number,
): IndexAttachment {
  const bytes = asBuffer(content());
  return {
    index,
    filename,
    contentType,
    ...(charset && { charset }),
    sizeBytes: bytes.length,
    contentHash: hash('sha256', bytes, 'hex'),
    type: contentTypeOf(bytes, { filename, contentType }),
    isOpened,
  };
}
