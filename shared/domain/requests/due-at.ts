import type { RequestKind } from './data-request.ts';

/**
 * Until when a request that was made at `madeAt` (ISO 8601, UTC) has to be answered where nobody says otherwise: one
 * month after it (GDPR 12(3)), on the same day of the month, or its last day where it has none such. `undefined` for
 * those that nobody waits for.
 */
export function usualDueAt(kind: RequestKind, madeAt: string): string | undefined {
  if (kind === 'bulk-deletion') return undefined;
  const made = new Date(madeAt);
  const due = new Date(madeAt);
  // Day 0 of a month is the last of the one before.
  const lastDay = new Date(Date.UTC(made.getUTCFullYear(), made.getUTCMonth() + 2, 0)).getUTCDate();
  due.setUTCMonth(made.getUTCMonth() + 1, Math.min(made.getUTCDate(), lastDay));
  return due.toISOString();
}
