import { messagePrefix } from '../../domain/archive-id.ts';
import { type AttachmentRecord, attachmentKey } from '../../domain/attachment.ts';
import type { LockedBytes, MessageRecord, Tombstone } from '../../domain/message.ts';
import { quarantineKey } from '../../domain/quarantined.ts';
import { ConflictError } from '../../errors.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import {
  ATTACHMENT_PREFIX,
  attachmentRecordKey,
  messagePartition,
  REPLAYED_PREFIX,
  recordKey,
} from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

type LockedPorts = Pick<Ports, 'archive' | 'tables' | 'log' | 'clock'>;

/**
 * Writes down, in the tombstone of a message that was purged, which of its bytes storage keeps for now, where it does
 * not say so yet: certificates tell it as it was first. Safe to repeat. Answers what the tombstone says.
 */
export async function noteLockedBytes(ports: LockedPorts, archiveId: string): Promise<LockedBytes | undefined> {
  const locked = await lockedBytesOf(ports, archiveId);
  const tombstone = await changeTombstone(ports, archiveId, ({ bytesLocked = locked }) => bytesLocked);
  return tombstone?.bytesLocked;
}

/** Writes down that nothing is left of them; safe to repeat. */
export async function noteBytesGone(ports: LockedPorts, archiveId: string): Promise<void> {
  const goneAt = ports.clock.now().toISOString();
  await changeTombstone(ports, archiveId, ({ bytesLocked }) => {
    if (!bytesLocked) return undefined;
    const { attachmentIds: _gone, ...rest } = bytesLocked;
    return { goneAt, ...rest };
  });
}

/** What a purged message left in the storage for now, by its tombstone; `undefined` where it left nothing. */
export async function bytesLeft(ports: Pick<Ports, 'tables'>, archiveId: string): Promise<LockedBytes | undefined> {
  const item = await ports.tables.get('messages', recordKey(archiveId));
  const tombstone = item && typed<MessageRecord>(item).data.tombstone;
  return keepsBytes(tombstone) ? tombstone.bytesLocked : undefined;
}

/** Whether storage has bytes of a purged message yet. */
export function keepsBytes(tombstone: Pick<Tombstone, 'bytesLocked'> | undefined): tombstone is {
  readonly bytesLocked: LockedBytes;
} {
  return tombstone?.bytesLocked !== undefined && tombstone.bytesLocked.goneAt === undefined;
}

/** What lies under the message's own prefix, attachments that no other message has, and what it was replayed from. */
async function lockedBytesOf(ports: LockedPorts, archiveId: string): Promise<LockedBytes> {
  const { archive, tables, clock } = ports;
  const keys = new Map<ObjectKey, string | undefined>();
  for await (const { key } of archive.list(messagePrefix(archiveId))) keys.set(key, undefined);
  for await (const { sk } of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: ATTACHMENT_PREFIX })) {
    const attachmentId = sk.slice(ATTACHMENT_PREFIX.length);
    const item = await tables.get('messages', attachmentRecordKey(attachmentId));
    if (item && typed<AttachmentRecord>(item).data.state === 'purged')
      keys.set(attachmentKey(attachmentId), attachmentId);
  }
  for await (const { sk } of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: REPLAYED_PREFIX })) {
    keys.set(quarantineKey(sk.slice(REPLAYED_PREFIX.length)), undefined);
  }
  const ends: string[] = [];
  const attachmentIds: string[] = [];
  let objects = 0;
  for (const [key, attachmentId] of keys) {
    const { retainUntil, legalHold } = (await archive.head(key)) ?? {};
    const isRetained = retainUntil !== undefined && retainUntil > clock.now();
    if (!legalHold && !isRetained) continue;
    objects += 1;
    if (attachmentId !== undefined) attachmentIds.push(attachmentId);
    if (!legalHold && isRetained) ends.push(retainUntil.toISOString());
  }
  const until = ends.toSorted().at(-1);
  // A legal hold ends when somebody lifts it, and a lock that was seen a moment ago may have ended.
  const isKnown = until !== undefined && ends.length === objects;
  const attachments = attachmentIds.length > 0 ? { attachmentIds: attachmentIds.slice(0, MAX_ATTACHMENTS) } : {};
  return { objects: Math.max(objects, 1), ...(isKnown ? { until } : {}), ...attachments };
}

/** Keeps a tombstone small. A message has fewer, as only large ones are stored apart. */
const MAX_ATTACHMENTS = 1_000;

async function changeTombstone(
  ports: LockedPorts,
  archiveId: string,
  change: (tombstone: Tombstone) => LockedBytes | undefined,
): Promise<Tombstone | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const item = await ports.tables.get('messages', recordKey(archiveId));
    const record = item && typed<MessageRecord>(item).data;
    if (!item || !record?.tombstone) return undefined;
    const bytesLocked = change(record.tombstone);
    if (!bytesLocked || isSame(bytesLocked, record.tombstone.bytesLocked)) return record.tombstone;
    const tombstone: Tombstone = { ...record.tombstone, bytesLocked };
    try {
      await replace(ports, item, { ...record, tombstone });
      return tombstone;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** How often a tombstone is read again where another attempt to purge writes it at the same time. */
const MAX_ATTEMPTS = 5;

function isSame(one: LockedBytes, other: LockedBytes | undefined): boolean {
  return one.objects === other?.objects && one.until === other.until && one.goneAt === other.goneAt;
}

/** As the commit of the purge: in the log, so that a rebuild knows of it. */
async function replace(ports: LockedPorts, item: Item, record: MessageRecord): Promise<void> {
  await replaceLogged(ports, 'messages', item, { data: dataOf(record) });
}
