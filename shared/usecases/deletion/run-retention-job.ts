import type { PurgeOutcome } from '../../domain/deletion/purge-cause.ts';
import type { MailboxOwners } from '../../domain/retention/facts-of-record.ts';
import { DamagedError, NotFoundError, UnreadableError } from '../../errors.ts';
import { activeHolds } from '../holds/hold-book.ts';
import { finishJob } from '../maintenance/finish-job.ts';
import { checkpointOf, getJob, isCancelled, keepCheckpoint, logJob, putJob, queueJob } from '../maintenance/jobs.ts';
import { jobPurgeKey } from '../message-keys.ts';
import { decideMessage } from '../retention/decide-message.ts';
import type { PoliciesNow } from '../retention/policy-book.ts';
import {
  type Candidate,
  type CandidateDay,
  candidateDays,
  candidatesOf,
  type WalkPosition,
} from '../retention/walk-candidates.ts';
import { type CertificateProgress, certifyJob } from './certify-job.ts';
import { type DayConditions, daysToWalk, markOf, policiesMark, rememberDay } from './day-memory.ts';
import type { DeletionContext } from './purge-if-allowed.ts';
import { planPurges, purgePlanned } from './purge-work.ts';

/** What a job did so far: messages, but for `bytes`, those of the first originals of what was purged. */
interface RetentionCounts {
  readonly days: number;
  readonly decided: number;
  readonly purged: number;
  readonly bytes: number;
  /** Past their maximum and under a legal hold. */
  readonly held: number;
  /** Locked by the storage. */
  readonly locked: number;
  /** Of these nothing could be known. */
  readonly undecided: number;
}

const NOTHING: RetentionCounts = { days: 0, decided: 0, purged: 0, bytes: 0, held: 0, locked: 0, undecided: 0 };

/** Where the next slice begins. */
interface RetentionCheckpoint {
  readonly counts: RetentionCounts;
  /** Days are walked as they were chosen when the job began: this one, and those behind it. */
  readonly days?: readonly CandidateDay[];
  readonly day?: DayProgress;
  readonly certificate?: CertificateProgress;
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
/** How long what a job asked for is known: longer than any job takes. */
const INTENT_SECONDS = 90 * 24 * 60 * 60;

/**
 * Runs a queued retention job, or takes up one that died: purges what is past its maximum, for as long as `mayGoOn` answers true, and
 * then queues itself again. At its end there is a certificate of what it purged. Safe to repeat, and beside others. One that was cancelled certifies what it did.
 */
export async function runRetentionJob(
  context: DeletionContext & { readonly archive: string },
  jobId: string,
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const { ports } = context;
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const running = await putJob(ports, found, { state: 'running' });
  let checkpoint = (await checkpointOf<RetentionCheckpoint>(ports, jobId)) ?? { counts: NOTHING };
  try {
    if (!checkpoint.certificate) {
      const walked = await walk(context, jobId, checkpoint, mayGoOn);
      checkpoint = walked.isDone ? { counts: walked.counts, certificate: { phase: 'count' } } : walked.checkpoint;
    }
    const certified =
      checkpoint.certificate && mayGoOn()
        ? await certifyJob(context, running.data, checkpoint.certificate, mayGoOn)
        : checkpoint.certificate;
    if (certified?.phase === 'sign' && certified.isDone) {
      const details = { ...checkpoint.counts };
      await logJob(
        ports,
        jobId,
        `done: ${Object.entries(details)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ')}`,
      );
      const isCut = await isCancelled(ports, jobId);
      const outcome = isCut ? 'cancelled' : details.undecided > 0 ? 'completedWithErrors' : 'succeeded';
      await finishJob(ports, running, outcome, { details, by: 'purge-messages' });
      return;
    }
    await keepCheckpoint(ports, jobId, certified ? { ...checkpoint, certificate: certified } : checkpoint);
    await putJob(ports, running, { details: { ...checkpoint.counts } });
    await queueJob(ports, running.data);
  } catch (error) {
    // What a slice has purged is written down by message, and certified by the next.
    if (error instanceof Error && 'retryable' in error && error.retryable) throw error;
    ports.logs.error('job failed', { jobId, error });
    await logJob(ports, jobId, `failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    await finishJob(ports, running, 'failed', { details: { ...checkpoint.counts }, by: 'purge-messages' });
  }
}

type Walked =
  | { readonly isDone: true; readonly counts: RetentionCounts }
  | { readonly isDone: false; readonly checkpoint: RetentionCheckpoint };

async function walk(
  context: DeletionContext,
  jobId: string,
  { counts: before, days: left, day: begun }: RetentionCheckpoint,
  mayGoOn: () => boolean,
): Promise<Walked> {
  const { ports } = context;
  const policies = await context.policies.now();
  const conditions = await conditionsNow(context, policies);
  let counts = before;
  const days = left ?? (await dueDays(context, policies, conditions));
  for (const [index, day] of days.entries()) {
    let progress: DayProgress = (index === 0 && begun) || { beganAt: ports.clock.now().toISOString(), held: 0 };
    for await (const chunk of chunksOf(candidatesOf(ports, [day], progress.position))) {
      const done = await doChunk(context, jobId, chunk, policies);
      counts = plus(counts, done);
      const last = chunk.at(-1);
      progress = {
        ...progress,
        held: progress.held + done.held,
        ...(last ? { position: last.position } : {}),
        ...earliest(progress.nextDueMs, done.nextDueMs),
      };
      if (!mayGoOn()) return { isDone: false, checkpoint: { counts, days: days.slice(index), day: progress } };
      if (await isCancelled(ports, jobId)) return { isDone: true, counts };
    }
    counts = { ...counts, days: counts.days + 1 };
    await remember(context, day, progress, conditions);
  }
  return { isDone: true, counts };
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

const NO_CHUNK: ChunkDone = { decided: 0, purged: 0, bytes: 0, held: 0, locked: 0, undecided: 0 };

/** Decides on candidates, and purges those that are due; whoever purges decides anew. */
async function doChunk(
  context: DeletionContext,
  jobId: string,
  chunk: readonly Candidate[],
  policies: PoliciesNow,
): Promise<ChunkDone> {
  const { ports } = context;
  const owners = new Map<string, MailboxOwners>();
  const judged = await Promise.all(chunk.map((candidate) => glance(context, candidate, policies, owners)));
  const due = chunk.filter((_, index) => judged[index]?.isDue);
  const archiveIds = due.map(({ archiveId }) => archiveId);
  const cause = { kind: 'retention', jobId } as const;
  if (due.length > 0) {
    const expiresAt = Math.floor(ports.clock.now().getTime() / 1000) + INTENT_SECONDS;
    const intents = archiveIds.map((id) => ({ ...jobPurgeKey(jobId, id), version: 1, expiresAt, data: {} }));
    await ports.tables.batchPut('activity', intents);
    await planPurges(ports, archiveIds, cause);
  }
  const outcomes = await Promise.all(due.map(async ({ archiveId }) => await purgePlanned(context, archiveId, cause)));
  const glances = judged.reduce((sum, { done }) => plusChunk(sum, done), { ...NO_CHUNK, decided: chunk.length });
  return due.reduce(
    (sum, { record }, index) => plusChunk(sum, doneBy(outcomes[index], record.first.sizeBytes, ports)),
    glances,
  );
}

function doneBy(outcome: PurgeOutcome | undefined, sizeBytes: number, { clock }: DeletionContext['ports']): ChunkDone {
  if (outcome === 'purged') return { ...NO_CHUNK, purged: 1, bytes: sizeBytes };
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
  owners: Map<string, MailboxOwners>,
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
  return {
    decided: one.decided + other.decided,
    purged: one.purged + other.purged,
    bytes: one.bytes + other.bytes,
    held: one.held + other.held,
    locked: one.locked + other.locked,
    undecided: one.undecided + other.undecided,
    ...earliest(one.nextDueMs, other.nextDueMs),
  };
}

function plus(counts: RetentionCounts, { nextDueMs: _next, ...done }: ChunkDone): RetentionCounts {
  return { days: counts.days, ...plusChunk({ ...counts }, done) };
}

function earliest(one: number | undefined, other: number | undefined): { readonly nextDueMs?: number } {
  if (one === undefined) return other === undefined ? {} : { nextDueMs: other };
  return { nextDueMs: other === undefined ? one : Math.min(one, other) };
}

async function* chunksOf(candidates: AsyncIterable<Candidate>): AsyncIterable<readonly Candidate[]> {
  let chunk: Candidate[] = [];
  for await (const candidate of candidates) {
    chunk.push(candidate);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
