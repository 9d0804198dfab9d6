import { isPurged, type PurgeOutcome } from '../../domain/deletion/purge-cause.ts';
import type { MailboxOwner } from '../../domain/retention/facts-of-record.ts';
import { DamagedError, NotFoundError, UnreadableError } from '../../errors.ts';
import { chunksOf } from '../chunks-of.ts';
import { activeHolds } from '../holds/hold-book.ts';
import { isCancelled } from '../jobs/jobs.ts';
import { plusCounts } from '../jobs/plus-counts.ts';
import { decideMessage } from '../retention/decide-message.ts';
import type { PoliciesNow } from '../retention/policy-book.ts';
import {
  type Candidate,
  type CandidateDay,
  candidateDays,
  candidatesOf,
  type WalkPosition,
} from '../retention/walk-candidates.ts';
import { type DayConditions, daysToWalk, markOf, policiesMark, rememberDay } from './day-memory.ts';
import type { DeletionContext } from './purge-if-allowed.ts';
import { planForJob, purgePlanned } from './purge-work.ts';
import type { PurgingCheckpoint, PurgingTask, Walked } from './purging-task.ts';

/** What a job did so far: messages, but for `bytes`, those of the first originals of what was purged. */
interface RetentionCounts {
  readonly days: number;
  readonly decided: number;
  readonly purged: number;
  readonly bytes: number;
  /** Of what was purged, those of which storage keeps bytes for longer. */
  readonly bytesLocked: number;
  /** Past their maximum and under a legal hold. */
  readonly held: number;
  /** Kept, as storage has them locked. */
  readonly locked: number;
  /** Of these nothing could be known. */
  readonly undecided: number;
}

const NOTHING: RetentionCounts = {
  days: 0,
  decided: 0,
  purged: 0,
  bytes: 0,
  bytesLocked: 0,
  held: 0,
  locked: 0,
  undecided: 0,
};

/** Where the next slice begins. */
interface RetentionCheckpoint extends PurgingCheckpoint {
  readonly counts: RetentionCounts;
  /** Days are walked as they were chosen when the job began: this one, and those behind it. */
  readonly days?: readonly CandidateDay[];
  readonly day?: DayProgress;
}

/** How far a day has come; its memory is of the whole of it. */
interface DayProgress {
  readonly beganAt: string;
  readonly position?: WalkPosition;
  readonly nextDueMs?: number;
  readonly held: number;
}

/** Messages that are decided on at once. */
const CHUNK = 64;

/** Purges what is past its maximum and neither under a minimum nor under a legal hold, by candidate day. */
export const retentionTask: PurgingTask<RetentionCheckpoint> = {
  walk: async (context, { jobId }, from = { counts: NOTHING }, mayGoOn, reached) =>
    await walk(context, jobId, { ...from, counts: { ...NOTHING, ...from.counts } }, mayGoOn, reached),
};

async function walk(
  context: DeletionContext,
  jobId: string,
  { counts: before, days: left, day: begun }: RetentionCheckpoint,
  mayGoOn: () => boolean,
  reached: (checkpoint: RetentionCheckpoint) => Promise<void>,
): Promise<Walked<RetentionCheckpoint>> {
  const { ports } = context;
  const policies = await context.policies.now();
  const conditions = await conditionsNow(context, policies);
  let counts = before;
  const days = left ?? (await dueDays(context, policies, conditions));
  for (const [index, day] of days.entries()) {
    let progress: DayProgress = (index === 0 && begun) || { beganAt: ports.clock.now().toISOString(), held: 0 };
    for await (const chunk of chunksOf(candidatesOf(ports, [day], progress.position), CHUNK)) {
      const done = await doChunk(context, jobId, chunk, policies);
      const { nextDueMs, ...more } = done;
      counts = plusCounts(counts, { days: 0, ...more });
      const last = chunk.at(-1);
      progress = {
        ...progress,
        held: progress.held + done.held,
        ...(last ? { position: last.position } : {}),
        ...earliest(progress.nextDueMs, nextDueMs),
      };
      const checkpoint = { counts, days: days.slice(index), day: progress };
      if (!mayGoOn()) return { isDone: false, checkpoint };
      if (await isCancelled(ports, jobId)) return { isDone: true, checkpoint: { counts } };
      await reached(checkpoint);
    }
    counts = { ...counts, days: counts.days + 1 };
    await remember(context, day, progress, conditions);
  }
  return { isDone: true, checkpoint: { counts } };
}

async function dueDays(context: DeletionContext, { policies }: PoliciesNow, conditions: DayConditions | undefined) {
  const days = await candidateDays(context.ports, policies, context.ports.clock.now());
  return conditions ? await daysToWalk(context.ports, days, conditions) : days;
}

/** `undefined` where days cannot be remembered. */
async function conditionsNow(context: DeletionContext, { policies }: PoliciesNow): Promise<DayConditions | undefined> {
  const mark = policiesMark(policies);
  if (mark === undefined) return undefined;
  const holds = await activeHolds(context.ports);
  return { now: context.ports.clock.now(), policies: mark, holds: markOf(holds.map((hold) => JSON.stringify(hold))) };
}

async function remember(
  { ports }: DeletionContext,
  day: CandidateDay,
  { beganAt, nextDueMs, held }: DayProgress,
  conditions: DayConditions | undefined,
): Promise<void> {
  if (!conditions) return;
  await rememberDay(ports, day, {
    checkedAt: beganAt,
    policies: conditions.policies,
    ...(held > 0 ? { holds: conditions.holds } : {}),
    ...(nextDueMs === undefined ? {} : { nextDueAt: new Date(nextDueMs).toISOString() }),
  });
}

type ChunkDone = Omit<RetentionCounts, 'days'> & { readonly nextDueMs?: number };

const NO_CHUNK: ChunkDone = { decided: 0, purged: 0, bytes: 0, bytesLocked: 0, held: 0, locked: 0, undecided: 0 };

/** Decides on candidates, and purges those that are due; whoever purges decides anew. */
async function doChunk(
  context: DeletionContext,
  jobId: string,
  chunk: readonly Candidate[],
  policies: PoliciesNow,
): Promise<ChunkDone> {
  const { ports } = context;
  const owners = new Map<string, MailboxOwner>();
  const judged = await Promise.all(chunk.map((candidate) => glance(context, candidate, policies, owners)));
  const due = chunk.filter((_, index) => judged[index]?.isDue);
  const archiveIds = due.map(({ archiveId }) => archiveId);
  const cause = { kind: 'retention', jobId } as const;
  await planForJob(ports, archiveIds, cause);
  const outcomes = await Promise.all(due.map(async ({ archiveId }) => await purgePlanned(context, archiveId, cause)));
  const glances = judged.reduce((sum, { done }) => plusChunk(sum, done), { ...NO_CHUNK, decided: chunk.length });
  return due.reduce(
    (sum, { record }, index) => plusChunk(sum, doneBy(outcomes[index], record.first.sizeBytes, ports)),
    glances,
  );
}

function doneBy(outcome: PurgeOutcome | undefined, sizeBytes: number, { clock }: DeletionContext['ports']): ChunkDone {
  if (isPurged(outcome))
    return { ...NO_CHUNK, purged: 1, bytes: sizeBytes, bytesLocked: outcome === 'bytes_locked' ? 1 : 0 };
  if (outcome === 'legal_hold') return { ...NO_CHUNK, held: 1 };
  if (outcome === 'gone') return NO_CHUNK;
  // Something else was true a moment later: it is looked at again the next time.
  const again = { ...NO_CHUNK, nextDueMs: clock.now().getTime() };
  if (outcome === 'object_locked') return { ...again, locked: 1 };
  return outcome === 'undecided' ? { ...again, undecided: 1 } : again;
}

interface Glance {
  readonly isDue: boolean;
  readonly done: ChunkDone;
}

/** What the policies and holds say of a message that nobody keeps from changing. */
async function glance(
  context: DeletionContext,
  { archiveId }: Candidate,
  { prepared }: PoliciesNow,
  owners: Map<string, MailboxOwner>,
): Promise<Glance> {
  const now = context.ports.clock.now();
  try {
    const message = await decideMessage(context, archiveId, prepared, now, { owners });
    const { state, dueAt, unasked } = message.decision;
    if (state !== 'expired') {
      const undecided = unasked.length > 0 ? 1 : 0;
      return { isDue: false, done: { ...NO_CHUNK, undecided, ...(dueAt ? { nextDueMs: dueAt.getTime() } : {}) } };
    }
    const holds = await context.holdsOn(archiveId, message);
    return holds.length === 0 ? { isDue: true, done: NO_CHUNK } : { isDue: false, done: { ...NO_CHUNK, held: 1 } };
  } catch (error) {
    if (error instanceof NotFoundError) return { isDue: false, done: NO_CHUNK };
    if (!(error instanceof DamagedError || error instanceof UnreadableError)) throw error;
    context.ports.logs.error('retention cannot be decided', { archiveId, code: error.code });
    return { isDue: false, done: { ...NO_CHUNK, undecided: 1, nextDueMs: now.getTime() } };
  }
}

function plusChunk(one: ChunkDone, other: ChunkDone): ChunkDone {
  const { nextDueMs, ...counts } = one;
  const { nextDueMs: otherDueMs, ...others } = other;
  return { ...plusCounts(counts, others), ...earliest(nextDueMs, otherDueMs) };
}

function earliest(one: number | undefined, other: number | undefined): { readonly nextDueMs?: number } {
  if (one === undefined) return other === undefined ? {} : { nextDueMs: other };
  return { nextDueMs: other === undefined ? one : Math.min(one, other) };
}
