import { markKey } from '../../message-keys.ts';
import { takeOutDamaged } from './damage.ts';
import type { IndexContext } from './index-context.ts';
import { indexMessages, type MessageToIndex } from './index-messages.ts';
import { type IndexUnit, unitName } from './index-unit.ts';
import { madeAt, markItems, type PendingMark } from './marks.ts';

/** What became of the messages of some marks. */
export interface MarksIndexed {
  readonly added: number;
  readonly changed: number;
  readonly postponed: readonly string[];
  /** The marks under which postponed messages wait now. */
  readonly leftMarks: readonly string[];
}

/** Does what marks of a unit ask for, in one commit, and deletes them. `onRead` and what it throws: as `indexMessages`. */
export async function indexMarks(
  context: IndexContext,
  unit: IndexUnit,
  marks: readonly PendingMark[],
  { isBySummary, onRead }: { readonly isBySummary: boolean; readonly onRead: () => void },
): Promise<MarksIndexed> {
  const { ports } = context;
  for (const { mark } of marks) {
    if (mark.cause === 'damaged') await takeOutDamaged(context, unit, mark.segmentId);
  }
  const messages = marks.flatMap(({ batchId, mark }): readonly MessageToIndex[] => {
    if (mark.cause === 'damaged') return [];
    const { cause } = mark;
    return mark.archiveIds.map((archiveId) => ({ archiveId, intent: cause, batchId, isBySummary }));
  });
  const indexed = await indexMessages(context, unit, messages, onRead);
  const leftMarks = await leave(context, unit, marks, indexed.postponed);
  await Promise.all(marks.map(({ key, version }) => ports.tables.deleteIfVersion('messages', key, version)));
  return { ...indexed, leftMarks };
}

/** Messages wait under new marks, as old as these, before these go: a later run may find the storage well again. */
async function leave(
  { ports }: IndexContext,
  unit: IndexUnit,
  marks: readonly PendingMark[],
  postponed: readonly string[],
): Promise<readonly string[]> {
  const [first] = marks;
  if (postponed.length === 0 || !first) return [];
  const oldest = { entropy: ports.entropy, clock: { now: () => new Date(madeAt(first)) } };
  const items = (['filed', 'anew'] as const).flatMap((cause) => {
    const archiveIds = postponed.filter((archiveId) => isAnew(marks, archiveId) === (cause === 'anew'));
    return markItems(oldest, [{ unit, archiveIds }], cause);
  });
  await ports.tables.batchPut('messages', items);
  ports.logs.warn('messages not indexed yet', { unit: unitName(unit), messages: postponed.length });
  const prefix = markKey(unitName(unit), '').sk;
  return items.map(({ sk }) => sk.slice(prefix.length));
}

function isAnew(marks: readonly PendingMark[], archiveId: string): boolean {
  return marks.some(({ mark }) => mark.cause === 'anew' && mark.archiveIds.includes(archiveId));
}
