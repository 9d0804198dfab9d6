import type { AttachmentType } from '../../domain/attachment-type.ts';
import type { ExtractedText } from '../../domain/extracted-text.ts';
import type { IndexAttachment } from '../../domain/index-reading.ts';
import type { AttachmentContent } from '../../domain/original.ts';
import { UnreadableError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { isIndexed, type SearchSettings } from '../settings/search-settings.ts';
import { extractWithOcr, type TextReaders } from './extract-with-ocr.ts';
import { keepText, keptText } from './kept-texts.ts';

export type AttachmentTextPorts = Pick<Ports, 'reader' | 'derived'> & TextReaders;

/** Of all attachments of one message; the rest is not indexed. Stops messages that fill an index. */
const MAX_MESSAGE_CHARACTERS = 8_000_000;
/** Contents that are handed over at once, to spare reading the message again for each. Stops a whole message beside itself. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** Types that are text as they stand: they are read again sooner than looked up. */
const CHEAP = new Set<AttachmentType>(['text', 'html', 'csv', 'calendar', 'contact']);
/** Up to so many bytes of them. */
export const CHEAP_BYTES = 256 * 1024;
const WITHOUT_TEXT = new Set<AttachmentType>(['image', 'audio', 'video', 'signature', 'program', 'other']);
const NOT_READ = new Map<AttachmentType, ExtractedText>([
  ['encrypted', { outcome: 'unreadable', reason: 'password', text: '', truncated: false }],
  ['document', { outcome: 'unreadable', reason: 'format', text: '', truncated: false }],
]);
const NOTHING: ExtractedText = { outcome: 'nothing', text: '', truncated: false };
const NOT_INDEXED: ExtractedText = { outcome: 'notIndexed', text: '', truncated: false };
const BEYOND_LIMIT: ExtractedText = { outcome: 'unreadable', reason: 'limit', text: '', truncated: true };

/**
 * The texts of the attachments of a message, in the order of their numbers. The same content is read once, ever: what
 * came of it is kept, also that it could not be read, for all that cost something. Throws `StorageError`.
 */
export async function attachmentTexts(
  ports: AttachmentTextPorts,
  original: Uint8Array,
  attachments: readonly IndexAttachment[],
  settings: SearchSettings,
): Promise<readonly ExtractedText[]> {
  const texts = new Map<string, ExtractedText>();
  const toRead: IndexAttachment[] = [];
  for (const attachment of attachments) {
    const name = nameOf(attachment);
    if (texts.has(name)) continue;
    const known = withoutReading(ports, attachment, settings) ?? (await lookedUp(ports, attachment));
    texts.set(name, known ?? NOTHING);
    if (known === undefined) toRead.push(attachment);
  }
  for (const batch of batches(toRead)) {
    const contents = await readContents(ports, original, batch);
    for (const [index, attachment] of batch.entries()) {
      const content = contents[index];
      const text = content && (await extractWithOcr(ports, content.content, attachment));
      if (text && !isCheap(attachment)) await keepText(ports, attachment, text);
      texts.set(nameOf(attachment), text ?? { outcome: 'unreadable', reason: 'crashed', text: '', truncated: false });
    }
  }
  let charactersLeft = MAX_MESSAGE_CHARACTERS;
  return attachments.map((attachment) => {
    const text = texts.get(nameOf(attachment)) ?? NOTHING;
    charactersLeft -= text.text.length;
    return charactersLeft < 0 ? BEYOND_LIMIT : text;
  });
}

/** The same bytes are the same text where they are taken for the same. */
function nameOf({ contentHash, type }: IndexAttachment): string {
  return `${contentHash}.${type}`;
}

function withoutReading(
  { ocr }: AttachmentTextPorts,
  { type, contentType, isOpened, sizeBytes }: IndexAttachment,
  settings: SearchSettings,
): ExtractedText | undefined {
  if (isOpened || sizeBytes === 0) return NOTHING;
  if (!isIndexed(settings, type)) return NOT_INDEXED;
  const isPicture = type === 'image' && (contentType === 'image/svg+xml' || ocr?.takes(contentType));
  return WITHOUT_TEXT.has(type) && !isPicture ? NOTHING : NOT_READ.get(type);
}

async function lookedUp(ports: AttachmentTextPorts, attachment: IndexAttachment): Promise<ExtractedText | undefined> {
  return isCheap(attachment) ? undefined : await keptText(ports, attachment);
}

function isCheap({ type, sizeBytes }: IndexAttachment): boolean {
  return CHEAP.has(type) && sizeBytes <= CHEAP_BYTES;
}

function* batches(attachments: readonly IndexAttachment[]): Generator<IndexAttachment[]> {
  let batch: IndexAttachment[] = [];
  let bytes = 0;
  for (const attachment of attachments) {
    if (batch.length > 0 && bytes + attachment.sizeBytes > MAX_BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(attachment);
    bytes += attachment.sizeBytes;
  }
  if (batch.length > 0) yield batch;
}

/** Empty where reading the message died of them. */
async function readContents(
  { reader }: AttachmentTextPorts,
  original: Uint8Array,
  batch: readonly IndexAttachment[],
): Promise<readonly (AttachmentContent | undefined)[]> {
  try {
    return await reader.readAttachments(
      original,
      batch.map(({ index }) => index),
    );
  } catch (error) {
    if (error instanceof UnreadableError) return [];
    throw error;
  }
}
