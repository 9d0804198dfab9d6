import { isArchiveId } from '../../domain/archive-id.ts';
import { wantedFolders } from '../../domain/live-folders.ts';
import { type FilingPlan, planFilings } from '../../domain/plan-filings.ts';
import { ArchiveError } from '../../errors.ts';
import { filingItems } from '../filings/mailbox-filings.ts';
import { moveFilings } from '../filings/move-filing.ts';
import type { MoveOutcome } from '../filings/move-run.ts';
import { putFiling } from '../filings/put-filing.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import { placesOf } from './live-places.ts';
import { touch } from './remember-live.ts';
import { touchedPartition } from './sync-keys.ts';
import type { TouchedBatch } from './sync-memory.ts';
import type { SyncRun } from './sync-run.ts';

/** Messages that are planned together. */
const PLANNED_AT_ONCE = 100;
/** Batches of hundreds that are read together. */
const BATCHES_AT_ONCE = 4;
/** Messages whose places are looked up at the same time. */
const LOOKUPS_AT_ONCE = 32;

interface Planned extends FilingPlan {
  readonly archiveId: string;
}

/**
 * Files the messages whose live places have changed where they lie now. To be called once all folders were gone through:
 * before that, what was moved looks as if it were deleted. What has no place left stays where it is. Answers false where
 * the slice was over first. Safe to repeat, and to be ended at any point.
 */
export async function fileTouched(run: SyncRun): Promise<boolean> {
  const { ports } = run.filing;
  const partition = touchedPartition(run);
  const [last] = (await ports.tables.query('activity', partition, { newestFirst: true, limit: 1 })).items;
  if (!last) return true;
  // What is postponed comes behind the last, for the next run.
  for await (const item of queryAll(ports, 'activity', partition, { to: last.sk, page: BATCHES_AT_ONCE })) {
    if (!run.mayGoOn()) return false;
    const { pk, sk, version, data } = typed<TouchedBatch>(item);
    const subjects = data.subjects.filter(isArchiveId);
    for (let start = 0; start < subjects.length; start += PLANNED_AT_ONCE) {
      const some = subjects.slice(start, start + PLANNED_AT_ONCE);
      const plans: Planned[] = [];
      await eachAtOnce(some, LOOKUPS_AT_ONCE, async (archiveId) => {
        const plan = await planFor(run, archiveId);
        if (plan) plans.push(plan);
      });
      const postponed = await carryOut(run, plans);
      // A purge is decided by then.
      await touch(ports, run, postponed);
      run.details.postponed += postponed.length;
      await run.counted();
    }
    await ports.tables.deleteIfVersion('activity', { pk, sk }, version);
  }
  return true;
}

async function planFor(run: SyncRun, archiveId: string): Promise<Planned | undefined> {
  const places = await placesOf(run.filing.ports, run, archiveId);
  const wanted = wantedFolders(places, run.follow);
  if (wanted.length === 0) return undefined;
  const items = await filingItems(run.ports, archiveId, run.mailboxId);
  const plan = planFilings(
    items.map(({ data }) => data),
    wanted,
    run.profile,
  );
  return plan.moves.length + plan.puts.length === 0 ? undefined : { archiveId, ...plan };
}

/** Answers the messages that have to come again. */
async function carryOut(run: SyncRun, plans: readonly Planned[]): Promise<readonly string[]> {
  const { mailboxId, profileId, details } = run;
  const by = { kind: 'sync', profileId } as const;
  const wanted = plans.flatMap(({ archiveId, moves }) => moves.map((move) => ({ archiveId, mailboxId, ...move })));
  const results = wanted.length === 0 ? [] : await moveFilings(run.ports, wanted, by);
  const postponed = new Set<string>();
  for (const [index, result] of results.entries()) {
    const { archiveId = '' } = wanted[index] ?? {};
    if (!('error' in result)) count(run, result.outcome);
    // What is not there any more has nowhere to lie.
    else if (result.error.code !== 'not_found') postponed.add(archiveId);
  }
  for (const { archiveId, puts } of plans) {
    for (const folder of puts) {
      try {
        const outcome = await putFiling(run.ports, { archiveId }, { mailboxId, folder, basis: 'folder' }, by);
        if (outcome === 'filed') details.filedFurther += 1;
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        if (error.code === 'purging' || error.code === 'conflict') postponed.add(archiveId);
        else if (error.code !== 'not_found') throw error;
      }
    }
  }
  return [...postponed];
}

function count({ details }: SyncRun, outcome: MoveOutcome): void {
  if (outcome === 'moved') details.moved += 1;
  if (outcome === 'merged') details.merged += 1;
}
