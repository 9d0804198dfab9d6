import { EXPORT_DAYS } from '../../domain/export-days.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import { exportMarkKey } from '../message-keys.ts';

/** That a part of an export has, or may have, a message; it vanishes some time after the part. Not in the log. */
interface ExportMark {
  /** Of the part. */
  readonly key: ObjectKey;
}

/** So much longer than exports are kept: the lifecycle of a bucket deletes late. */
const SLACK_DAYS = 7;

/**
 * Notes beside messages which part they go into. To be done before a message is read for it: then whoever purges it
 * finds the mark, or the export finds the message gone. Safe to repeat.
 */
export async function markExported(
  { tables, clock }: Pick<Ports, 'tables' | 'clock'>,
  archiveIds: readonly string[],
  { jobId, part, key }: { readonly jobId: string; readonly part: number; readonly key: ObjectKey },
): Promise<void> {
  const expiresAt = Math.ceil(clock.now().getTime() / 1_000) + (EXPORT_DAYS + SLACK_DAYS) * 24 * 60 * 60;
  const items = archiveIds.map((archiveId) => {
    return { ...exportMarkKey(archiveId, jobId, part), version: 1, expiresAt, data: { key } };
  });
  await tables.batchPut('messages', items);
}

/** Deletes the part that a mark names, whole: a message cannot be taken out of it. */
export async function deleteMarkedPart({ derived }: Pick<Ports, 'derived'>, mark: Item): Promise<void> {
  await derived.delete(typed<ExportMark>(mark).data.key);
}
