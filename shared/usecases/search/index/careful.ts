import { dataOf } from '../../item-data.ts';
import { indexAttemptKey } from '../../message-keys.ts';
import type { IndexContext } from './index-context.ts';
import type { IndexUnit } from './index-unit.ts';
import { madeAt, markItems, type PendingMark } from './marks.ts';

/** How long it is remembered that a message ended the process that read it. */
const REMEMBERED_SECONDS = 7 * 24 * 60 * 60;

/** Puts a mark for each message of one that names several, in its place. Answers whether it did. */
export async function oneMessageEach({ ports }: IndexContext, unit: IndexUnit, pending: PendingMark): Promise<boolean> {
  const { mark, key, version } = pending;
  if (mark.cause === 'damaged' || mark.archiveIds.length <= 1) return false;
  const asOld = { entropy: ports.entropy, clock: { now: () => new Date(madeAt(pending)) } };
  const items = mark.archiveIds.flatMap((archiveId) =>
    markItems(asOld, [{ unit, archiveIds: [archiveId] }], mark.cause),
  );
  await ports.tables.batchPut('messages', items);
  await ports.tables.deleteIfVersion('messages', key, version);
  return true;
}

/** Counts an attempt to read the message of a mark, and answers whether one before ended without a word. */
export async function isFatal({ ports }: IndexContext, { mark }: PendingMark): Promise<boolean> {
  const [archiveId] = mark.cause === 'damaged' ? [] : mark.archiveIds;
  if (archiveId === undefined) return false;
  const expiresAt = Math.floor(ports.clock.now().getTime() / 1000) + REMEMBERED_SECONDS;
  const item = { ...indexAttemptKey(archiveId), version: 1, expiresAt, data: dataOf({}) };
  const isFirst = (await ports.tables.putIfAbsent('messages', item)) === 'stored';
  if (!isFirst) ports.logs.error('message indexed by its summary only', { archiveId, code: 'fatal' });
  return !isFirst;
}

/** Where it ended well the next attempt is the first again. */
export async function endAttempt({ ports }: IndexContext, { mark }: PendingMark): Promise<void> {
  const [archiveId] = mark.cause === 'damaged' ? [] : mark.archiveIds;
  if (archiveId !== undefined) await ports.tables.deleteIfVersion('messages', indexAttemptKey(archiveId), 1);
}
