/** How far a sort date may lie from the receipt. */
export const TOLERANCE_MS = 2 * 24 * 60 * 60 * 1000;

/**
 * The instant a message is sorted and filtered by: its Date field where that is within two days of
 * its receipt, else the receipt, because senders choose the Date field (RFC 5322, 3.6.1).
 */
export function sortDate(date: Date | undefined, receivedAt: Date): Date {
  if (date && Math.abs(date.getTime() - receivedAt.getTime()) <= TOLERANCE_MS) return date;
  return receivedAt;
}
