import { ArchiveError, DamagedSegmentError } from '../../../errors.ts';
import type {
  FailedUnit,
  SearchTask,
  SearchTaskAnswer,
  SegmentHome,
  WantedUnit,
} from '../../../ports/search-workers.ts';
import { pageOf } from '../../../search/matching/page-of.ts';
import type { MatchedMessage } from '../../../search/matching/results.ts';
import { gatherStatistics, type SearchOptions, searchUnits } from '../../../search/matching/search-units.ts';
import type { SearchedUnit } from '../../../search/matching/searched-unit.ts';
import { MANIFEST } from '../index/manifest-store.ts';
import type { UnitReader } from '../read/unit-reader.ts';

/** What a worker of searches works with; one for a process or thread, as the reader keeps what was read. */
export interface WorkerContext {
  readonly reader: UnitReader;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** How many manifests are read at once. */
const MANIFESTS_AT_ONCE = 32;

/** Does a part of a search. What is damaged is left out and named; throws where storage fails altogether. */
export async function answerTask(context: WorkerContext, task: SearchTask): Promise<SearchTaskAnswer> {
  const endsAt = context.now() + task.budgetMs;
  if (task.want === 'messages') return await messagesOf(context, task);
  const mayGoOn = () => context.now() < endsAt;
  const { units, failed } = await opened(context, task.units);
  if (task.want === 'statistics') return { statistics: await gatherStatistics(units, task.query, mayGoOn), failed };
  const result = await searchUnits(units, task.query, { ...optionsOf(task), mayGoOn });
  const damaged = [...failed, ...result.damaged];
  // What could not be opened counts as a segment that was not searched.
  const searched = { ...result.searched, of: result.searched.of + failed.length };
  const whole = failed.length === 0 ? result : { ...result, searched, totalIsExact: false };
  if (task.want === 'matches') return { result: whole, homes: homesOf(units, result.items), failed: damaged };
  const page = await pageOf(units, task.query, result.items);
  return { result: whole, messages: page.messages, failed: [...damaged, ...page.damaged] };
}

async function messagesOf(context: WorkerContext, task: SearchTask): Promise<SearchTaskAnswer> {
  const { items = [], homes = [] } = task;
  const units = task.units.map((unit): SearchedUnit => {
    const own = homes.filter(({ mailboxId, part }) => mailboxId === unit.mailboxId && part === unit.part);
    const segments = own.map(({ facts }) => ({ facts, open: () => context.reader.openSegment(unit, facts) }));
    return { ...unit, segments };
  });
  const page = await pageOf(units, task.query, items);
  return { messages: page.messages, failed: page.damaged };
}

/** The units as they are now. */
async function opened(
  { reader }: Pick<WorkerContext, 'reader'>,
  wanted: readonly WantedUnit[],
): Promise<{ readonly units: readonly SearchedUnit[]; readonly failed: readonly FailedUnit[] }> {
  const units: SearchedUnit[] = [];
  const failed: FailedUnit[] = [];
  for (let start = 0; start < wanted.length; start += MANIFESTS_AT_ONCE) {
    const some = wanted.slice(start, start + MANIFESTS_AT_ONCE);
    await Promise.all(
      some.map(async ({ mailboxId, part, visibility }) => {
        try {
          const { segments, damaged } = await reader.openUnit(mailboxId, part);
          units.push({ mailboxId, part, segments, visibility });
          // Somebody found these before: what was in them is not indexed again yet.
          if (damaged.length > 0) failed.push({ mailboxId, part, isBeingRepaired: true });
        } catch (error) {
          if (!(error instanceof ArchiveError)) throw error;
          const isDamaged = error instanceof DamagedSegmentError;
          failed.push({ mailboxId, part, ...(isDamaged ? { segmentId: MANIFEST } : {}) });
        }
      }),
    );
  }
  return { units, failed };
}

function optionsOf({ sort, limit, after, statistics, facets }: SearchTask): SearchOptions {
  return { sort, limit, facets, ...(after && { after }), ...(statistics && { statistics }) };
}

function homesOf(units: readonly SearchedUnit[], items: readonly MatchedMessage[]): readonly SegmentHome[] {
  const wanted = new Set(items.map(({ mailboxId, part, segmentId }) => `${mailboxId}/${part}/${segmentId}`));
  return units.flatMap(({ mailboxId, part, segments }) =>
    segments
      .filter(({ facts }) => wanted.has(`${mailboxId}/${part}/${facts.segmentId}`))
      .map(({ facts }) => ({ mailboxId, part, facts })),
  );
}
