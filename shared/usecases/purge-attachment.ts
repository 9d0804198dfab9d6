import { type AttachmentRecord, attachmentKey } from '../domain/attachment.ts';
import type { MessageRecord } from '../domain/message.ts';
import { ConflictError } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Item } from '../ports/tables.ts';
import { typed } from './item-data.ts';
import { replaceLogged } from './logged-item.ts';
import {
  attachmentPartition,
  attachmentRecordKey,
  attachmentReferenceKey,
  REFERENCE_PREFIX,
  recordKey,
} from './message-keys.ts';
import { queryAll } from './query-all.ts';

type PurgePorts = Pick<Ports, 'archive' | 'tables' | 'log'>;

/**
 * Gives up the attachment of a purged message, and purges it where no other message has it: `purging` first, so that
 * no arrival joins it; then the decision on its references; then, by version, back to `live` or `purged`; only then
 * the bytes. Safe to repeat, also beside filings and other purges.
 */
export async function releaseAttachment(ports: PurgePorts, archiveId: string, attachmentId: string): Promise<void> {
  await ports.tables.deleteIfVersion('messages', attachmentReferenceKey(attachmentId, archiveId), 1);
  for (;;) {
    const item = await ports.tables.get('messages', attachmentRecordKey(attachmentId));
    const state = item && typed<AttachmentRecord>(item).data.state;
    if (!item) return;
    if (state === 'purged') return await deleteBytes(ports, attachmentId);
    if (await isReferenced(ports, attachmentId)) {
      // Whoever was quicker has decided it, or decides it anew.
      if (state === 'purging') await enter(ports, item, 'live');
      return;
    }
    if (state === 'live') await enter(ports, item, 'purging');
    else await commit(ports, item);
  }
}

/** Whether any message that is not purged, or not known yet, has it. */
async function isReferenced(ports: PurgePorts, attachmentId: string): Promise<boolean> {
  const partition = attachmentPartition(attachmentId);
  for await (const { sk } of queryAll(ports, 'messages', partition, { prefix: REFERENCE_PREFIX })) {
    const message = await ports.tables.get('messages', recordKey(sk.slice(REFERENCE_PREFIX.length)));
    if (!message || typed<MessageRecord>(message).data.state !== 'purged') return true;
  }
  return false;
}

async function enter({ tables }: PurgePorts, item: Item, state: AttachmentRecord['state']): Promise<void> {
  const changed = { ...item, version: item.version + 1, data: { ...item.data, state } };
  await tables.putIfVersion('messages', changed, item.version);
}

/** Logged like a change of configuration: a rebuild must know that these bytes are no longer to be used. */
async function commit(ports: PurgePorts, item: Item): Promise<void> {
  try {
    await replaceLogged(ports, 'messages', item, { data: { ...item.data, state: 'purged' } });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}

async function deleteBytes({ archive }: PurgePorts, attachmentId: string): Promise<void> {
  const key = attachmentKey(attachmentId);
  for await (const version of archive.listVersions(key)) {
    // The next generation's key begins with this one.
    if (version.key === key) await archive.deleteVersion(key, version.versionId);
  }
}
