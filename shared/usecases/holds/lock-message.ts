import { messagePrefix } from '../../domain/archive-id.ts';
import { attachmentKey } from '../../domain/attachment.ts';
import type { Quarantined } from '../../domain/quarantined.ts';
import { NotFoundError } from '../../errors.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { ATTACHMENT_PREFIX, attachmentPartition, messagePartition, REFERENCE_PREFIX } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { holdsOnMessage, knownMessage } from './holds-on-message.ts';
import { holdsOnQuarantined } from './holds-on-quarantined.ts';
import type { HoldContext } from './lone-documents.ts';

type LockContext = HoldContext & { readonly ports: Pick<Ports, 'archive' | 'tables'> };

/** What came of it: whether the message is held, and how many versions were locked or unlocked. */
export interface LockedMessage {
  readonly isHeld: boolean;
  readonly versions: number;
}

/**
 * Sets the legal hold of every stored version of a message and of its large attachments, or lifts it, as the holds on the
 * message say. Safe to repeat, and beside others: what is lifted is judged again afterwards, so that a hold that came
 * meanwhile is not undone.
 */
export async function lockMessage(context: LockContext, archiveId: string): Promise<LockedMessage> {
  const { ports } = context;
  const isHeld = () => isMessageHeld(context, archiveId);
  const own = await lockAsJudged(ports, messagePrefix(archiveId), isHeld);
  let { versions } = own;
  for await (const { sk } of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: ATTACHMENT_PREFIX })) {
    const attachmentId = sk.slice(ATTACHMENT_PREFIX.length);
    const isNeeded = async () => (await isHeld()) || (await isHeldByAnother(context, attachmentId, archiveId));
    versions += (await lockAsJudged(ports, attachmentKey(attachmentId), isNeeded)).versions;
  }
  return { isHeld: own.isHeld, versions };
}

/** The same for a message that no job has locked yet: where no hold covers it, nothing of storage is asked or changed. */
export async function lockNewMessage(context: LockContext, archiveId: string): Promise<LockedMessage> {
  if (!(await isMessageHeld(context, archiveId))) return { isHeld: false, versions: 0 };
  return await lockMessage(context, archiveId);
}

/** The same for input in quarantine. */
export async function lockQuarantined(
  ports: Pick<Ports, 'archive' | 'tables'>,
  quarantined: Quarantined,
): Promise<LockedMessage> {
  const isHeld = async () => (await holdsOnQuarantined(ports, quarantined)).length > 0;
  return await lockAsJudged(ports, quarantined.key, isHeld);
}

/** `place` is a key, or a prefix that ends with a slash. */
async function lockAsJudged(
  ports: Pick<Ports, 'archive'>,
  place: ObjectKey,
  judge: () => Promise<boolean>,
): Promise<LockedMessage> {
  const isHeld = await judge();
  const versions = await setAll(ports, place, isHeld);
  if (isHeld || !(await judge())) return { isHeld, versions };
  return { isHeld: true, versions: await setAll(ports, place, true) };
}

async function isMessageHeld(context: LockContext, archiveId: string): Promise<boolean> {
  const message = await knownMessage(context.ports, archiveId);
  return message !== undefined && (await holdsOnMessage(context, archiveId, message)).length > 0;
}

async function isHeldByAnother(context: LockContext, attachmentId: string, archiveId: string): Promise<boolean> {
  const { ports } = context;
  const references = queryAll(ports, 'messages', attachmentPartition(attachmentId), { prefix: REFERENCE_PREFIX });
  for await (const { sk } of references) {
    const other = sk.slice(REFERENCE_PREFIX.length);
    if (other !== archiveId && (await isMessageHeld(context, other))) return true;
  }
  return false;
}

async function setAll({ archive }: Pick<Ports, 'archive'>, place: ObjectKey, on: boolean): Promise<number> {
  let versions = 0;
  for await (const { key, versionId } of archive.listVersions(place)) {
    // Keys of later generations of an attachment begin with that of the first.
    if (key !== place && !place.endsWith('/')) continue;
    try {
      await archive.setLegalHold(key, versionId, on);
      versions += 1;
    } catch (error) {
      // Deleted meanwhile: nothing held it.
      if (!(error instanceof NotFoundError)) throw error;
    }
  }
  return versions;
}
