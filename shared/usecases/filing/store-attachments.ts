import {
  type AttachmentCut,
  type AttachmentRecord,
  attachmentIdOf,
  attachmentKey,
  type LargeAttachment,
} from '../../domain/attachment.ts';
import { endOfQuarter } from '../../domain/retention/lock-until.ts';
import { PurgingError } from '../../errors.ts';
import { contentOf, type StorableContent } from '../../mail/attachment-cuts.ts';
import { encodeAttachment } from '../../mail/stored-attachment.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import { dataOf, typed } from '../item-data.ts';
import { extendObject } from '../locks/extend-object.ts';
import { attachmentRecordKey, attachmentReferenceKey, messageAttachmentKey } from '../message-keys.ts';

type AttachmentPorts = Pick<Ports, 'archive' | 'tables'>;

/** From so many encoded bytes on an attachment is stored once; below, an object of its own costs more than it saves. */
export const SINGLE_INSTANCE_BYTES = 32 * 1024;

/**
 * Makes the large attachments of an arrival durable, each stored once however many messages have it, with a reference
 * from the message. With `retainUntil` each is locked until the end of that quarter at least. Safe to repeat. Throws
 * `PurgingError` while one of them is being purged.
 */
export async function storeAttachments(
  ports: AttachmentPorts,
  archiveId: string,
  arrival: Uint8Array,
  large: readonly LargeAttachment[],
  retainUntil?: Date,
): Promise<readonly AttachmentCut[]> {
  const cuts: AttachmentCut[] = [];
  // One after the other: only one is decoded at a time.
  for (const found of large) {
    const attachment = contentOf(arrival, found);
    const attachmentId = await storeAttachment(ports, archiveId, attachment, retainUntil && endOfQuarter(retainUntil));
    const { offset, sizeBytes } = found;
    cuts.push({ offset, sizeBytes, attachmentId, ...(attachment.base64 && { base64: attachment.base64 }) });
  }
  return cuts;
}

/**
 * The order is that of filing a message: bytes, record, reference, then a second look at the record: what was
 * purged meanwhile is stored anew, as the next generation.
 */
async function storeAttachment(
  ports: AttachmentPorts,
  archiveId: string,
  attachment: StorableContent,
  retainUntil: Date | undefined,
): Promise<string> {
  const { content } = attachment;
  const contentHash = sha256Hex(content);
  for (let generation = 1; ; ) {
    const attachmentId = attachmentIdOf(contentHash, generation);
    const before = await recordOf(ports, attachmentId);
    let isNew = false;
    if (before?.state === 'purging') throw new PurgingError(`attachment ${attachmentId}`);
    if (before?.state === 'purged') {
      generation += 1;
      continue;
    }
    if (!before) {
      const options = { ifAbsent: true, ...(retainUntil ? { lock: { retainUntil } } : {}) };
      isNew =
        (await ports.archive.put(attachmentKey(attachmentId), encodeAttachment(content), options)).outcome === 'stored';
      if (!(await recordAttachment(ports, attachmentId))) continue;
    }
    await referToAttachment(ports, archiveId, attachmentId);
    if ((await recordOf(ports, attachmentId))?.state !== 'live') continue;
    // Not before: the bytes of one that was purged meanwhile are to go.
    if (retainUntil && !isNew) await extendObject(ports, attachmentKey(attachmentId), retainUntil);
    return attachmentId;
  }
}

/** Puts the record of an attachment whose bytes are durable if it is absent. Answers false where they are gone. */
export async function recordAttachment({ archive, tables }: AttachmentPorts, attachmentId: string): Promise<boolean> {
  const object = await archive.head(attachmentKey(attachmentId));
  if (!object) return false;
  const record: AttachmentRecord = { state: 'live', versionId: object.versionId };
  await tables.putIfAbsent('messages', { ...attachmentRecordKey(attachmentId), version: 1, data: dataOf(record) });
  return true;
}

/** Says on both sides that a message has an attachment: on the message's, so that its purge finds what to look at. */
export async function referToAttachment(
  { tables }: Pick<Ports, 'tables'>,
  archiveId: string,
  attachmentId: string,
): Promise<void> {
  const keys = [messageAttachmentKey(archiveId, attachmentId), attachmentReferenceKey(attachmentId, archiveId)];
  await Promise.all(keys.map((key) => tables.putIfAbsent('messages', { ...key, version: 1, data: {} })));
}

async function recordOf({ tables }: Pick<Ports, 'tables'>, attachmentId: string) {
  const item = await tables.get('messages', attachmentRecordKey(attachmentId));
  return item && typed<AttachmentRecord>(item).data;
}
