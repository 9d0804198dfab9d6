import type { MessageScope } from '../../domain/message-scope.ts';
import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { createLogged } from '../logged-item.ts';
import type { AddressBook } from '../mailboxes/address-book.ts';
import { newId } from '../new-id.ts';
import { stopPurgesUnderWay } from '../purges-under-way.ts';
import { settleScope } from '../scopes/settle-scope.ts';
import { activeHolds, holdData, holdKey } from './hold-book.ts';
import { checkReviewAt } from './review-at.ts';
import { startHoldJob } from './start-hold-job.ts';

/** Stops a program that makes one hold after the other: each is asked about every message that is to go. */
const MAX_ACTIVE_HOLDS = 1_000;

export interface NewHold {
  readonly name: string;
  readonly matter: string;
  readonly reason: string;
  readonly scope: MessageScope;
  /** ISO 8601, UTC. */
  readonly reviewAt?: string;
  /** User name. */
  readonly createdBy: string;
}

/** What making and releasing holds work with. */
export interface HoldDesk {
  readonly ports: Pick<Ports, 'tables' | 'log' | 'queue' | 'clock' | 'entropy'>;
  readonly addresses: Pick<AddressBook, 'all'>;
}

/**
 * Makes a hold. From when this resolves nothing that it covers goes, in whatever number: purges that were decided without
 * it are stopped first. Throws `InvalidRequestError` for a scope that names nothing, or what is not there, and for a review
 * before today, `QueryTooLongError`, and `ConflictError` where there are `MAX_ACTIVE_HOLDS`.
 */
export async function createHold({ ports, addresses }: HoldDesk, wanted: NewHold): Promise<LegalHold> {
  if (wanted.reviewAt !== undefined) checkReviewAt(wanted.reviewAt, ports.clock.now());
  if ((await activeHolds(ports)).length >= MAX_ACTIVE_HOLDS) {
    throw new ConflictError(`there are ${MAX_ACTIVE_HOLDS} active legal holds; release some of them first`);
  }
  const hold: LegalHold = {
    ...wanted,
    holdId: newId(ports, 'hold'),
    ...(await settleScope({ ports, addresses }, wanted.scope)),
    state: 'active',
  };
  await createLogged(ports, 'configuration', holdKey(hold.holdId), holdData(hold));
  await stopPurgesUnderWay(ports);
  await startHoldJob(ports, hold.holdId);
  return hold;
}
