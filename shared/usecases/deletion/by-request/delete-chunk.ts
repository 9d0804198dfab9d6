import type { RequestedMessage, RequestedState } from '../../../domain/requests/requested-message.ts';
import { ConflictError } from '../../../errors.ts';
import type { Item } from '../../../ports/tables.ts';
import { liftRestriction, restrictMessage } from '../../filings/restrict-message.ts';
import { plusCounts } from '../../jobs/plus-counts.ts';
import { findRequest } from '../../requests/request-book.ts';
import { changeRequested, requestedItem } from '../../requests/requested-messages.ts';
import { planForJob } from '../purge-work.ts';
import { type Deed, type DeletionRun, deleteItem, glance } from './delete-item.ts';
import {
  countsOf,
  type DeletionCounts,
  NOTHING_DELETED,
  type Standing,
  type Tally,
  tallyOf,
} from './deletion-counts.ts';

type Requested = Item<RequestedMessage>;

/** What became of some messages. */
export interface ChunkDone {
  readonly counts: DeletionCounts;
  readonly tally: Tally;
}

/**
 * Does what was approved with some messages of a request, at once, and writes down what became of each. Safe to repeat.
 * Throws `StorageError`.
 */
export async function deleteChunk(run: DeletionRun, chunk: readonly Requested[]): Promise<ChunkDone> {
  const { context, cause } = run;
  const glances = await Promise.all(chunk.map((item) => orUndecided(run, item, () => glance(run, item.data))));
  const due = chunk.filter((_, index) => glances[index] === undefined).map(({ sk }) => sk);
  if (due.length > 0) await planForJob(context.ports, due, cause);
  const done = await Promise.all(
    chunk.map(async (item, index) => {
      const deed = glances[index] ?? (await orUndecided(run, item, () => deleteItem(run, item.data)));
      return { item, deed, ...(await settle(run, item, deed)) };
    }),
  );
  await showWhatEnded(run, done);
  return {
    counts: done
      .filter(({ item: { data } }) => !isSettled(data.state))
      .reduce((sum, { deed }) => plusCounts(sum, countsOf(deed)), NOTHING_DELETED),
    tally: tallyOf(done),
  };
}

/** What cannot be done with one message, for whatever reason, keeps no other from going. */
async function orUndecided<Result>(
  { context: { ports } }: DeletionRun,
  { sk: archiveId }: Requested,
  work: () => Promise<Result>,
): Promise<Result | Deed> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && 'retryable' in error && error.retryable) throw error;
    ports.logs.error('message of a request cannot be deleted', { archiveId, error });
    return { state: 'blocked', block: { reason: 'undecided' } };
  }
}

function isSettled(state: RequestedState): boolean {
  return state !== 'waiting' && state !== 'blocked';
}

/** Answers what it is in then. */
async function settle(run: DeletionRun, item: Requested, deed: Deed): Promise<Standing> {
  const { ports } = run.context;
  const { requestId } = run.request;
  const { data: before } = item;
  const { state, block, bytesLocked } = deed;
  const isUnchanged = state === before.state && state !== 'blocked' && bytesLocked?.until === before.bytesLocked?.until;
  if (isUnchanged && (bytesLocked === undefined) === (before.bytesLocked === undefined)) return deed;
  const decidedAt = ports.clock.now().toISOString();
  try {
    await restrictOrLift(run, before, deed);
    await changeRequested(ports, item, { state, block, bytesLocked, decidedAt });
    return deed;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // Somebody decided on it meanwhile, or another job did.
    const { data } = await requestedItem(ports, requestId, item.sk);
    if (data.action === 'keep') await liftRestriction(ports, item.sk, requestId);
    return data;
  }
}

/**
 * What is blocked is restricted before it is said to be, and shown again before it is said not to be: an attempt that
 * dies is repeated. What is to go from some mailboxes only is restricted for nobody: others keep it.
 */
async function restrictOrLift(run: DeletionRun, before: RequestedMessage, { state }: Deed): Promise<void> {
  const { ports } = run.context;
  const { kind, requestId, approvedAt } = run.request;
  if (kind !== 'erasure' || before.action !== 'purge') return;
  const wasBlocked = before.state === 'blocked' && before.decidedAt > approvedAt;
  if (state === 'blocked' && !wasBlocked) await restrictMessage(ports, before.archiveId, requestId);
  else if (state !== 'blocked' && before.state === 'blocked') await liftRestriction(ports, before.archiveId, requestId);
}

/** Whoever ended the request meanwhile may have lifted what it restricted before this did so. */
async function showWhatEnded(
  { context: { ports }, request: { requestId } }: DeletionRun,
  done: readonly { readonly item: Requested; readonly state: RequestedState }[],
): Promise<void> {
  const blocked = done.filter(({ state }) => state === 'blocked');
  if (blocked.length === 0 || (await findRequest(ports, requestId)).data.state !== 'closed') return;
  await Promise.all(blocked.map(async ({ item }) => await liftRestriction(ports, item.sk, requestId)));
}
