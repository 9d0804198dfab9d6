import { dateOfReceipt } from '../../mail/date-of-receipt.ts';
import type { MessageFacts } from '../../sources/source.ts';

/**
 * When a fetched message was received: the source's internal date, else the date that the last host on its way wrote
 * into it, else now. Never later than now. ISO 8601, UTC.
 */
export function receivedAtOf({ internalDate }: MessageFacts, raw: Uint8Array, now: Date): string {
  const known = internalDate ?? dateOfReceipt(raw)?.toISOString() ?? now.toISOString();
  return known > now.toISOString() || known < '1970' ? now.toISOString() : known;
}
