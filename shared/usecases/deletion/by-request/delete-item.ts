import { isPurged } from '../../../domain/deletion/purge-cause.ts';
import type { MessageRecord } from '../../../domain/message.ts';
import type { DataRequest, DeletingKind } from '../../../domain/requests/data-request.ts';
import {
  approvedAction,
  type RequestBlock,
  type RequestedMessage,
  type RequestedState,
} from '../../../domain/requests/requested-message.ts';
import {
  ConflictError,
  DamagedError,
  LegalHoldError,
  NotFoundError,
  UnderRetentionError,
  UnreadableError,
} from '../../../errors.ts';
import { typed } from '../../item-data.ts';
import { recordKey } from '../../message-keys.ts';
import { assess } from '../../requests/decide-item.ts';
import { requestedItem } from '../../requests/requested-messages.ts';
import { keepsBytes } from '../locked-bytes.ts';
import { finishPlanned, purgePlanned } from '../purge-work.ts';
import type { PurgingContext } from '../purging-task.ts';
import { removeFilings } from '../remove-filing.ts';

/** What a job does with the messages of an approved request. */
export interface DeletionRun {
  readonly context: PurgingContext;
  readonly request: DataRequest & { readonly approvedAt: string };
  readonly cause: { readonly kind: DeletingKind; readonly requestId: string; readonly jobId: string };
  /** Whether the request may take messages out of a mailbox, now. */
  readonly mayRemoveFrom: (mailboxId: string) => Promise<boolean>;
}

/** What becomes of a message; `waiting` where that could not be done now. */
export interface Deed {
  readonly state: RequestedState;
  readonly block?: RequestBlock;
  /** Of what was purged, by whomever, while storage has some of its bytes. */
  readonly bytesLocked?: NonNullable<RequestedMessage['bytesLocked']>;
  /** Of what this run purged. */
  readonly purgedBytes?: number;
}

/** How often a message is tried again beside other purges and filings of it. */
const MAX_ATTEMPTS = 3;

/**
 * What there is to be done with a message: `undefined` where nothing stands against doing what was approved; else what
 * becomes of it without that. Decided on the message itself; whoever deletes decides again. Throws `StorageError`.
 */
export async function glance(run: DeletionRun, item: RequestedMessage): Promise<Deed | undefined> {
  const { state, archiveId } = item;
  if (state === 'purged' || state === 'gone') return { state, ...(await bytesLeft(run, item)) };
  if (state === 'removed') return { state };
  if (approvedAction(item, run.request.approvedAt) === 'keep') return { state: 'kept' };
  const gone = await whetherGone(run, archiveId);
  if (gone) return gone;
  try {
    const block = await assess(run.context, archiveId);
    return block && { state: 'blocked', block };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return (await whetherGone(run, archiveId)) ?? { state: 'gone' };
  }
}

/** Does what was approved with a message that `planForJob` was told of. Throws `StorageError`. */
export async function deleteItem(run: DeletionRun, item: RequestedMessage): Promise<Deed> {
  const action = approvedAction(item, run.request.approvedAt);
  if (action !== 'remove') return await purgeItem(run, item, { state: item.state });
  const mailboxIds: string[] = [];
  for (const mailboxId of item.mailboxIds) if (await run.mayRemoveFrom(mailboxId)) mailboxIds.push(mailboxId);
  if (mailboxIds.length === 0) return { state: 'kept' };
  for (let attempt = 1; ; attempt += 1) {
    const deed = (await removeFrom(run, item, mailboxIds)) ?? (await purgeItem(run, item, { state: 'removed' }));
    if (deed.state !== 'waiting' || attempt === MAX_ATTEMPTS) return deed;
  }
}

/** `kept`: what it is where nobody asks for it to go altogether. */
async function purgeItem(run: DeletionRun, { archiveId }: RequestedMessage, kept: Deed): Promise<Deed> {
  const sizeBytes = (await recordOf(run, archiveId))?.first.sizeBytes ?? 0;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await purgePlanned(run.context, archiveId, run.cause);
    if (isPurged(outcome)) return { state: 'purged', purgedBytes: sizeBytes, ...(await lockedBytes(run, archiveId)) };
    if (outcome === 'kept') return kept;
    const gone = await whetherGone(run, archiveId);
    if (gone) return gone;
    if (outcome !== 'busy' && outcome !== 'gone') return await blocked(run, archiveId, { reason: outcome });
    if (attempt === MAX_ATTEMPTS) return { state: 'waiting' };
  }
}

/** What kept it from being taken out of these mailboxes. */
async function removeFrom(
  run: DeletionRun,
  item: RequestedMessage,
  mailboxIds: readonly string[],
): Promise<Deed | undefined> {
  const { context, request } = run;
  const { archiveId } = item;
  // Somebody may have chosen to keep it since it was read.
  const now = (await requestedItem(context.ports, request.requestId, archiveId)).data;
  if (approvedAction(now, request.approvedAt) !== 'remove') return { state: now.state };
  try {
    await removeFilings(context, { archiveId, mailboxIds, by: request.approvedBy?.[0] ?? request.createdBy });
    return undefined;
  } catch (error) {
    if (error instanceof LegalHoldError) return await blocked(run, archiveId, { reason: 'legal_hold' });
    if (error instanceof UnderRetentionError) return await blocked(run, archiveId, { reason: 'under_retention' });
    if (error instanceof DamagedError || error instanceof UnreadableError) {
      return { state: 'blocked', block: { reason: 'undecided' } };
    }
    if (error instanceof ConflictError) return { state: 'waiting' };
    // It may be `purging`, and live again.
    if (error instanceof NotFoundError) return (await whetherGone(run, archiveId)) ?? { state: 'waiting' };
    throw error;
  }
}

/** By what, as far as it can be said a moment later. */
async function blocked({ context }: DeletionRun, archiveId: string, refusal: RequestBlock): Promise<Deed> {
  try {
    return { state: 'blocked', block: (await assess(context, archiveId)) ?? refusal };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { state: 'blocked', block: refusal };
  }
}

/** What is gone is either what a job of this request purged, or was gone before. */
async function whetherGone(run: DeletionRun, archiveId: string): Promise<Deed | undefined> {
  const record = await recordOf(run, archiveId);
  if (record && record.state !== 'purged') return undefined;
  if (!record) return { state: 'gone' };
  const jobIds = [...run.request.jobIds, run.cause.jobId];
  const isOwn = jobIds.includes(record.tombstone?.jobId ?? '');
  // An attempt that died, whoever's it was, may not have come to what storage keeps.
  await finishPlanned(run.context, archiveId, run.cause.jobId);
  return { state: isOwn ? 'purged' : 'gone', ...(await lockedBytes(run, archiveId)) };
}

/** What storage has yet of one that was decided on before: nothing, or less than then. */
async function bytesLeft(
  run: DeletionRun,
  { archiveId, bytesLocked }: RequestedMessage,
): Promise<Pick<Deed, 'bytesLocked'>> {
  return bytesLocked ? await lockedBytes(run, archiveId) : {};
}

/** What storage has of a purged message yet, if anything. */
async function lockedBytes(run: DeletionRun, archiveId: string): Promise<Pick<Deed, 'bytesLocked'>> {
  const tombstone = (await recordOf(run, archiveId))?.tombstone;
  if (!keepsBytes(tombstone)) return {};
  const { until } = tombstone.bytesLocked;
  return { bytesLocked: until === undefined ? {} : { until } };
}

async function recordOf({ context: { ports } }: DeletionRun, archiveId: string): Promise<MessageRecord | undefined> {
  const item = await ports.tables.get('messages', recordKey(archiveId));
  return item && typed<MessageRecord>(item).data;
}
