import { DamagedSegmentError } from '../../../errors.ts';
import { endAttempt, isFatal, oneMessageEach } from './careful.ts';
import { MAX_DAMAGES, reportDamage } from './damage.ts';
import type { IndexContext } from './index-context.ts';
import { indexMarks } from './index-marks.ts';
import type { IndexUnit } from './index-unit.ts';
import { MANIFEST } from './manifest-store.ts';
import { type PendingMark, pendingMarks } from './marks.ts';
import { erasePurged, mergeUnit } from './merge-unit.ts';
import { ReadAhead } from './read-ahead.ts';
import { dueTidying, tidyUp } from './tidying.ts';

/** Messages of one commit: what is lost where another commits first, and how long a process does nothing else at its end. */
const MAX_SLICE = 300;

export interface UnitRunOptions {
  /** Asked after each commit; the run ends where it answers false, and what is left waits for the next. */
  readonly mayGoOn?: () => boolean;
  /** Also deletes what is due to be deleted, and writes segments again that have words of purged messages. */
  readonly isTidying?: boolean;
  /**
   * One message after the other, for where runs before died: one that ends the process twice while it is read is found by
   * its summary.
   */
  readonly isCareful?: boolean;
}

export interface UnitRun {
  readonly added: number;
  readonly changed: number;
  /** Messages that could not be read now; their marks are still there. */
  readonly postponed: number;
  /** Merges that were written. */
  readonly merges: number;
  /** Whether marks are left that a further run could take up at once. */
  readonly isLeft: boolean;
}

/**
 * Indexes what waits in a unit, commit by commit, then merges its segments. A run that dies at any point is made up for
 * by the next, and two runs at once do no harm. Throws `StorageError`, `ConflictError` where others are always first.
 */
export async function indexUnit(
  context: IndexContext,
  unit: IndexUnit,
  { mayGoOn = () => true, isTidying = false, isCareful = false }: UnitRunOptions = {},
): Promise<UnitRun> {
  const counts = { added: 0, changed: 0, postponed: 0, merges: 0, isLeft: false };
  const left = new Set<string>();
  const ahead = new ReadAhead(context, unit);
  const readNext = (marks: readonly PendingMark[]) => {
    const done = new Set([...left, ...marks.map(({ batchId }) => batchId)]);
    ahead.begin(async () => messagesOf(await slice(context, unit, done, MAX_SLICE)));
  };
  for (let damages = 0; ; ) {
    try {
      for (;;) {
        const marks = await slice(context, unit, left, isCareful ? 1 : MAX_SLICE);
        const [first] = marks;
        if (!first) break;
        counts.isLeft = !mayGoOn();
        if (counts.isLeft) return counts;
        if (isCareful && (await oneMessageEach(context, unit, first))) continue;
        const isBySummary = isCareful && (await isFatal(context, first));
        const onRead = () => (isCareful ? undefined : readNext(marks));
        const options = { isBySummary, onRead };
        const { added, changed, postponed, leftMarks } = await indexMarks(context, unit, marks, options);
        if (isCareful) await endAttempt(context, first);
        for (const batchId of leftMarks) left.add(batchId);
        counts.added += added;
        counts.changed += changed;
        counts.postponed += postponed.length;
      }
      counts.merges += await mergeUnit(context, unit, mayGoOn);
      if (isTidying) await tidy(context, unit, mayGoOn);
      return counts;
    } catch (error) {
      damages += 1;
      if (!(error instanceof DamagedSegmentError) || damages > MAX_DAMAGES) throw error;
      await reportDamage(context.ports, unit, error.segmentId ?? MANIFEST);
    } finally {
      // Nothing goes on behind the back of whoever waits for the run.
      await ahead.stop();
    }
  }
}

function messagesOf(marks: readonly PendingMark[]): readonly string[] {
  return [...new Set(marks.flatMap(({ mark }) => (mark.cause === 'damaged' ? [] : mark.archiveIds)))];
}

async function tidy(context: IndexContext, unit: IndexUnit, mayGoOn: () => boolean): Promise<void> {
  const due = await dueTidying(context.ports, unit);
  if (due.length === 0) return;
  await erasePurged(context, unit, mayGoOn);
  if (mayGoOn()) await tidyUp(context.ports, unit, due);
}

/** Marks to be done next, oldest first: what is damaged alone, else as many as have `most` messages together. */
async function slice(
  { ports }: IndexContext,
  unit: IndexUnit,
  left: ReadonlySet<string>,
  most: number,
): Promise<readonly PendingMark[]> {
  const marks: PendingMark[] = [];
  let messages = 0;
  for await (const pending of pendingMarks(ports, unit)) {
    if (left.has(pending.batchId)) continue;
    const { mark } = pending;
    if (mark.cause === 'damaged') return [pending];
    if (marks.length > 0 && messages + mark.archiveIds.length > most) break;
    marks.push(pending);
    messages += mark.archiveIds.length;
  }
  return marks;
}
