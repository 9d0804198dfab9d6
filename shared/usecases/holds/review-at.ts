import { InvalidRequestError } from '../../errors.ts';

/**
 * When a hold is to be reviewed (ISO 8601, UTC), which may be today. Throws `InvalidRequestError` for a day that is over: a
 * slip of the fingers, of which the next digest would remind at once.
 */
export function checkReviewAt(reviewAt: string, now: Date): void {
  const today = now.toISOString().slice(0, 10);
  if (reviewAt.slice(0, 10) < today) throw new InvalidRequestError(`reviewAt: lies before today, ${today}`);
}
