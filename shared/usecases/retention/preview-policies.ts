import type { Job } from '../../domain/job.ts';
import { calendarStartOf, keptUntil } from '../../domain/retention/keep-time.ts';
import type { PolicyTerms } from '../../domain/retention/policy-rules.ts';
import { preparePolicies } from '../../domain/retention/prepare-policies.ts';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { DamagedError, InvalidRequestError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { isCancelled, newJobId, startJob } from '../jobs/jobs.ts';
import { newId } from '../new-id.ts';
import { changedTerms, checkedTerms, type PolicyChange } from './change-policies.ts';
import { type DecidedMessage, type DecidingContext, decideMessage } from './decide-message.ts';
import type { FactsPorts } from './facts-of-message.ts';
import { activePolicies } from './policy-book.ts';
import {
  keepPreview,
  NO_VOLUME,
  type PreviewExample,
  type PreviewState,
  type PurgeVolume,
  readPreview,
} from './preview-state.ts';
import { type Candidate, candidateDays, candidatesOf } from './walk-candidates.ts';
import type { HoldsOn } from './why-kept.ts';

const MONTHS = 12;
/** How many examples are kept, of each policy and together: enough to see that a policy means what it says. */
const EXAMPLES_OF_POLICY = 5;
const MAX_EXAMPLES = 100;
/** After so many messages the result so far can be seen, and is where a job that died goes on. */
const KEEP_EVERY = 2_000;
/** After so many messages it is looked whether somebody cancelled it. */
const LOOK_EVERY = 100;

/** A policy that there is, or would be. */
export interface PreviewedPolicy {
  /** Of one that there is already. */
  readonly policyId?: string;
  readonly terms: PolicyTerms;
}

/** What would be otherwise of the policies that there are. */
export interface PreviewedChanges {
  readonly changes: readonly { readonly policyId: string; readonly change: PolicyChange }[];
  readonly add: readonly PolicyTerms[];
  /** Ids of policies that would be retired. */
  readonly without: readonly string[];
}

/**
 * Starts a job that says what these policies would purge if they were all, what those would that there are with some changes, or
 * what those do; `readPreview` has its result. Throws `InvalidRequestError` saying what is wrong with a policy, `NotFoundError`
 * and `ConflictError` where one that is to be otherwise is none that applies.
 */
export async function startPreview(
  ports: Pick<Ports, 'tables' | 'derived' | 'log' | 'queue' | 'clock' | 'entropy'>,
  wanted?: readonly PreviewedPolicy[] | PreviewedChanges,
): Promise<Job> {
  const now = ports.clock.now();
  const policies = await previewedPolicies(ports, wanted, now);
  if (policies.filter(({ isDefault }) => isDefault).length > 1) {
    throw new InvalidRequestError('policies: at most one is the default policy');
  }
  const jobId = newJobId(ports);
  const start = calendarStartOf(now);
  const ends = Array.from({ length: MONTHS }, (_, index) =>
    new Date(keptUntil(start, { months: index + 1, days: 0, endOfCalendarYear: false })).toISOString(),
  );
  await keepPreview(ports, jobId, {
    format: 1,
    policies,
    asOf: now.toISOString(),
    ends,
    isDone: false,
    seen: 0,
    today: NO_VOLUME,
    months: ends.map(() => NO_VOLUME),
    held: NO_VOLUME,
    undecided: NO_VOLUME,
    byPolicy: {},
    examples: [],
  });
  return await startJob(ports, 'preview', { jobId });
}

async function previewedPolicies(
  ports: Pick<Ports, 'tables' | 'entropy' | 'clock'>,
  wanted: readonly PreviewedPolicy[] | PreviewedChanges | undefined,
  now: Date,
): Promise<readonly RetentionPolicy[]> {
  if (!wanted) return await activePolicies(ports);
  if (!('changes' in wanted)) return await asPolicies(ports, wanted, now);
  const { changes, add, without } = wanted;
  const changed: PolicyToCheck[] = [];
  for (const { policyId, change } of changes) {
    const { before, after } = await changedTerms(ports, policyId, change);
    const { query } = before.conditions;
    changed.push({ policyId, terms: after, ...(query === undefined ? {} : { formerQuery: query }) });
  }
  for (const policyId of without) await changedTerms(ports, policyId, {});
  const replaced = new Set([...changes.map(({ policyId }) => policyId), ...without]);
  if (replaced.size < changes.length + without.length) {
    throw new InvalidRequestError('a policy is named once, in changes or in without');
  }
  const others = (await activePolicies(ports)).filter(({ policyId }) => !replaced.has(policyId));
  return [...others, ...(await asPolicies(ports, [...changed, ...add.map((terms) => ({ terms }))], now))];
}

interface PolicyToCheck extends PreviewedPolicy {
  /** Of one that there is, which may be refused now. */
  readonly formerQuery?: string;
}

async function asPolicies(
  ports: Pick<Ports, 'tables' | 'entropy' | 'clock'>,
  wanted: readonly PolicyToCheck[],
  now: Date,
): Promise<readonly RetentionPolicy[]> {
  const at = now.toISOString();
  const policies: RetentionPolicy[] = [];
  for (const { policyId = newId(ports, 'rp'), terms, formerQuery } of wanted) {
    const checked = await checkedTerms(ports, terms, formerQuery);
    policies.push({ ...checked, policyId, version: 0, createdAt: at, changedAt: at });
  }
  return policies;
}

/** What a slice of a preview came to. */
interface PreviewSlice {
  readonly isDone: boolean;
  /** Somebody asked it to end, and it did. */
  readonly isCancelled?: true;
  readonly details: { readonly [name: string]: number };
}

/** What a preview works with. */
export interface PreviewContext extends DecidingContext {
  readonly ports: FactsPorts & Pick<Ports, 'derived' | 'logs'>;
  /** Left out, nothing counts as held. */
  readonly holdsOn?: HoldsOn;
}

/**
 * Goes on with a preview for as long as `mayGoOn` answers true and nobody cancelled it; what it found by then stays.
 * `isDone`: all was looked at. Safe to repeat.
 */
export async function runPreview(
  context: PreviewContext,
  jobId: string,
  mayGoOn: () => boolean,
): Promise<PreviewSlice> {
  const { ports } = context;
  let state = await readPreview(ports, jobId);
  // Copies expire: nobody waits for this one any more.
  if (!state) return { isDone: true, details: { seen: 0 } };
  if (await isCancelled(ports, jobId)) return await cut(ports, jobId, state);
  const prepared = preparePolicies(state.policies);
  const horizon = new Date(state.ends.at(-1) ?? state.asOf);
  const owners = new Map();
  const days = await candidateDays(ports, state.policies, horizon);
  for await (const candidate of candidatesOf(ports, days, state.position)) {
    state = await counted(context, state, candidate, async ({ archiveId, record }) =>
      decideMessage(context, archiveId, prepared, horizon, { record, owners }),
    );
    if (!mayGoOn()) {
      await keepPreview(ports, jobId, state);
      return { isDone: false, details: detailsOf(state) };
    }
    if (state.seen % LOOK_EVERY === 0 && (await isCancelled(ports, jobId))) return await cut(ports, jobId, state);
    if (state.seen % KEEP_EVERY === 0) await keepPreview(ports, jobId, state);
  }
  await keepPreview(ports, jobId, { ...state, isDone: true });
  return { isDone: true, details: detailsOf(state) };
}

/** Ends a preview that somebody cancelled. */
async function cut(ports: Pick<Ports, 'derived'>, jobId: string, state: PreviewState): Promise<PreviewSlice> {
  await keepPreview(ports, jobId, { ...state, isCancelled: true });
  return { isDone: false, isCancelled: true, details: detailsOf(state) };
}

function detailsOf({ seen, today, months, held, undecided }: PreviewState): { readonly [name: string]: number } {
  const later = months.reduce((sum, { messages }) => sum + messages, 0);
  return { seen, today: today.messages, later, held: held.messages, undecided: undecided.messages };
}

async function counted(
  context: PreviewContext,
  before: PreviewState,
  candidate: Candidate,
  decide: (candidate: Candidate) => Promise<DecidedMessage>,
): Promise<PreviewState> {
  const state = { ...before, seen: before.seen + 1, position: candidate.position };
  const { sizeBytes } = candidate.record.first;
  try {
    const message = await decide(candidate);
    const { decision } = message;
    if (decision.state !== 'expired' || !decision.maximumAt || !decision.maximumBy) {
      return decision.unasked.length > 0 ? { ...state, undecided: plus(state.undecided, sizeBytes) } : state;
    }
    const holds = (await context.holdsOn?.(candidate.archiveId, message)) ?? [];
    const { policyId } = decision.maximumBy;
    const isHeld = holds.length > 0;
    const example = exampleOf(candidate, message, decision.maximumAt, policyId, isHeld);
    const withExample = { ...state, examples: withOne(state.examples, example) };
    return isHeld
      ? { ...withExample, held: plus(state.held, sizeBytes) }
      : withDue(withExample, decision.maximumAt.toISOString(), policyId, sizeBytes);
  } catch (error) {
    // It was purged meanwhile, or nothing can be known of it: then nothing lets it go.
    if (error instanceof NotFoundError) return state;
    if (!(error instanceof DamagedError)) throw error;
    context.ports.logs.warn('retention cannot be previewed', { archiveId: candidate.archiveId, code: error.code });
    return { ...state, undecided: plus(state.undecided, sizeBytes) };
  }
}

function withDue(state: PreviewState, dueAt: string, policyId: string, sizeBytes: number): PreviewState {
  const byPolicy = { ...state.byPolicy, [policyId]: plus(state.byPolicy[policyId] ?? NO_VOLUME, sizeBytes) };
  if (dueAt <= state.asOf) return { ...state, byPolicy, today: plus(state.today, sizeBytes) };
  const month = state.ends.findIndex((end) => dueAt <= end);
  const months = state.months.map((volume, index) => (index === month ? plus(volume, sizeBytes) : volume));
  return { ...state, byPolicy, months };
}

function plus({ messages, bytes }: PurgeVolume, sizeBytes: number): PurgeVolume {
  return { messages: messages + 1, bytes: bytes + sizeBytes };
}

function exampleOf(
  { archiveId, record }: Candidate,
  { facts }: DecidedMessage,
  dueAt: Date,
  policyId: string,
  isHeld: boolean,
): PreviewExample {
  return {
    archiveId,
    archivedAt: record.archivedAt,
    ...(facts.receivedAt ? { receivedAt: facts.receivedAt.toISOString() } : {}),
    sizeBytes: record.first.sizeBytes,
    dueAt: dueAt.toISOString(),
    policyId,
    ...(isHeld ? { isHeld: true } : {}),
  };
}

function withOne(examples: readonly PreviewExample[], example: PreviewExample): readonly PreviewExample[] {
  const same = examples.filter(({ policyId }) => policyId === example.policyId).length;
  return same >= EXAMPLES_OF_POLICY || examples.length >= MAX_EXAMPLES ? examples : [...examples, example];
}
