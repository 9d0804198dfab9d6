import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { holdData, holdItem } from './hold-book.ts';
import { checkReviewAt } from './review-at.ts';

/** What is said of a hold; `null` takes the date away. What it covers is never changed. */
export interface HoldChange {
  readonly name?: string;
  readonly matter?: string;
  readonly reason?: string;
  readonly reviewAt?: string | null;
}

/**
 * Changes what is said of an active hold. Throws `NotFoundError`, `InvalidRequestError` for a review before today, and
 * `ConflictError` where it was changed or released meanwhile.
 */
export async function changeHold(
  ports: Pick<Ports, 'tables' | 'log' | 'clock'>,
  holdId: string,
  { reviewAt, ...change }: HoldChange,
): Promise<LegalHold> {
  const item = await holdItem(ports, holdId);
  if (item.data.state !== 'active') throw new ConflictError(`legal hold ${holdId} is released`);
  const { reviewAt: former, ...rest } = item.data;
  if (reviewAt && reviewAt !== former) checkReviewAt(reviewAt, ports.clock.now());
  const wanted = reviewAt === undefined ? former : reviewAt;
  const changed: LegalHold = { ...rest, ...change, ...(wanted ? { reviewAt: wanted } : {}) };
  await replaceLogged(ports, 'configuration', { ...item, data: dataOf(item.data) }, holdData(changed));
  return changed;
}
