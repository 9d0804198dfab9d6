import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import { ConflictError } from '../../errors.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import type { HoldDesk } from './create-hold.ts';
import { holdData, holdItem } from './hold-book.ts';
import { startHoldJob } from './start-hold-job.ts';

/** Who releases a hold, and why. */
export interface Release {
  readonly reason: string;
  /** User names. */
  readonly releasedBy: string;
  readonly approvedBy?: string;
}

/** A hold that was released, and the job that lifts what locks storage has for its sake. */
export interface Released {
  readonly hold: LegalHold;
  readonly jobId: string;
}

/**
 * Ends a hold for ever; what it covered may go as far as retention and other holds let it. Throws `NotFoundError`, and
 * `ConflictError` where it is released already, or was changed meanwhile.
 */
export async function releaseHold(
  { ports }: Pick<HoldDesk, 'ports'>,
  holdId: string,
  { reason, releasedBy, approvedBy }: Release,
): Promise<Released> {
  const item = await holdItem(ports, holdId);
  if (item.data.state !== 'active') throw new ConflictError(`legal hold ${holdId} is released already`);
  const released: LegalHold = {
    ...item.data,
    state: 'released',
    releasedAt: ports.clock.now().toISOString(),
    releasedBy,
    releaseReason: reason,
    ...(approvedBy === undefined ? {} : { releaseApprovedBy: approvedBy }),
  };
  await replaceLogged(ports, 'configuration', { ...item, data: dataOf(item.data) }, holdData(released));
  const { jobId } = await startHoldJob(ports, holdId);
  return { hold: released, jobId };
}
