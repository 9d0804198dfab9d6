import type { DataRequest } from '../../domain/requests/data-request.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FilingPorts } from '../filings/mailbox-filings.ts';
import { liftRestriction } from '../filings/restrict-message.ts';
import { startJob } from '../jobs/jobs.ts';
import { requestedPartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

/** Where a slice of the job begins. */
export interface LiftCheckpoint {
  readonly requestId: string;
  /** The last message that was looked at. */
  readonly after?: string;
  readonly counts: LiftCounts;
}

interface LiftCounts {
  /** That the request had found. */
  readonly messages: number;
  /** Of them, those that had been restricted. */
  readonly lifted: number;
}

/** Has all that a request restricts lifted, by a job; safe to repeat. */
export async function startLift(
  ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>,
  { requestId }: Pick<DataRequest, 'requestId'>,
): Promise<{ readonly jobId: string }> {
  const checkpoint: LiftCheckpoint = { requestId, counts: { messages: 0, lifted: 0 } };
  const { jobId } = await startJob(ports, 'lift-restrictions', { checkpoint });
  return { jobId };
}

/**
 * Lifts what a request restricts, of all messages that it found. Goes on while `mayGoOn` answers true; `rest` is where
 * the next slice begins. Safe to repeat. Throws `ConflictError`, `StorageError`.
 */
export async function liftRestrictions(
  ports: FilingPorts,
  { requestId, after, counts: { messages, lifted } }: LiftCheckpoint,
  mayGoOn: () => boolean,
): Promise<{ readonly counts: LiftCounts; readonly rest?: LiftCheckpoint }> {
  let counts = { messages, lifted };
  const range = after === undefined ? {} : { from: after };
  for await (const { sk: archiveId, removed } of queryAll(ports, 'activity', requestedPartition(requestId), range)) {
    if (archiveId === after || removed) continue;
    const wasRestricted = await liftRestriction(ports, archiveId, requestId);
    counts = { messages: counts.messages + 1, lifted: counts.lifted + (wasRestricted ? 1 : 0) };
    if (!mayGoOn()) return { counts, rest: { requestId, after: archiveId, counts } };
  }
  return { counts };
}
