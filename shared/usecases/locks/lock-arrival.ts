import type { ResolvedFiling } from '../../domain/arrival.ts';
import type { MessageRecord } from '../../domain/message.ts';
import { lockUntil } from '../../domain/retention/lock-until.ts';
import type { PreparedPolicies } from '../../domain/retention/prepare-policies.ts';
import type { RecordedRetention } from '../../domain/retention/recorded-retention.ts';
import { summaryOf } from '../../domain/summary.ts';
import type { Applied } from '../filing/apply-arrival.ts';
import type { ReadArrival } from '../filing/read-arrival.ts';
import { retainedMessage } from '../retention/facts-of-message.ts';
import type { StoredArrival } from '../stored-arrival.ts';
import { extendStored } from './extend-message.ts';
import type { LockContext } from './storage-locks.ts';

/** How an arrival is locked from the instant that it is stored. */
export interface ArrivalLock {
  /** When it is filed, ISO 8601, UTC; a keep time may run from it. */
  readonly filedAt: string;
  /** Absent where no minimum asks for a lock. */
  readonly retainUntil?: Date;
  /** By which policies. */
  readonly prepared: PreparedPolicies;
  /** Until when what is stored of the message was known to be locked before. */
  readonly lockedBefore?: Date;
}

/** Until when an arrival is to be locked: by what its message is together with it, as far as the message is there already. */
export async function lockOfArrival(
  context: LockContext,
  archiveId: string,
  there: MessageRecord | undefined,
  { arrivalId, arrivalHash, facts, original }: ReadArrival,
  filings: readonly ResolvedFiling[],
  retention: RecordedRetention,
): Promise<ArrivalLock> {
  const { prepared } = await context.policies.now();
  const now = context.ports.clock.now();
  const filedAt = now.toISOString();
  const { contentHash, sizeBytes } = original;
  const { receivedAt } = facts;
  const record: MessageRecord = there ?? {
    state: 'live',
    archivedAt: filedAt,
    first: { arrivalId, contentHash, arrivalHash, sizeBytes, receivedAt, versionId: '' },
    summary: summaryOf(original, receivedAt),
    retention,
  };
  const arriving = { retention, filings };
  const message = await retainedMessage(context, archiveId, { record, arriving });
  const retainUntil = lockUntil(message.facts, prepared, now);
  return {
    filedAt,
    prepared,
    ...(retainUntil ? { retainUntil } : {}),
    ...(message.lockedUntil ? { lockedBefore: message.lockedUntil } : {}),
  };
}

/**
 * Once an arrival is part of its message: extends what is stored of the message where a lock is short, since this
 * arrival brings a longer minimum, another one came at the same time, or a policy grew meanwhile. Not before, so that
 * nothing of a message that a purge was quicker with is locked. A crash before its end has the arrival filed, and this
 * done, again.
 */
export async function lockFiled(
  context: LockContext,
  { archiveId, isNew }: StoredArrival,
  { outcome }: Applied,
  { prepared: before, retainUntil: own, lockedBefore }: ArrivalLock,
): Promise<void> {
  const { prepared } = await context.policies.now();
  // Nobody else's facts can be missing from its lock: whoever joined it later looks at all.
  if (isNew && outcome === 'archived' && prepared === before) return;
  const { facts, lockedUntil } = await retainedMessage(context, archiveId);
  const until = lockUntil(facts, prepared, context.ports.clock.now());
  if (!until) return;
  const isEnough = (lock: Date | undefined) => lock !== undefined && lock >= until;
  // An object that an earlier attempt stored may have been locked by other policies, and that attempt have died half way.
  const isOwnEnough = isNew === undefined || (isNew && isEnough(own));
  if (isOwnEnough && isEnough(lockedBefore)) return;
  await extendStored(context.ports, archiveId, until, lockedUntil ? { lockedUntil } : {});
}
