import { hash } from 'node:crypto';
import { domainOf } from '../domain/address.ts';
import type { ArrivalReading, ArrivalRules } from '../domain/arrival-reading.ts';
import { largeAttachments } from './attachment-cuts.ts';
import { carriedBy } from './carrier.ts';
import { readOriginal } from './read-original.ts';
import { readParts } from './read-parts.ts';

/**
 * Reads an arrival at journal endpoints: takes its carrier off and reads the original in it. What looks
 * like a carrier of something that is no message is its own original. `undefined` where there is not a
 * single header field. Never throws.
 */
export function readArrival(
  arrival: Uint8Array,
  { journalDomain, singleInstanceBytes, keepCarriers = false }: ArrivalRules,
): ArrivalReading | undefined {
  const parts = readParts(arrival);
  const large = largeAttachments(parts, singleInstanceBytes);
  const carried = keepCarriers ? undefined : carriedBy(arrival, (to) => domainOf(to) === journalDomain, parts);
  const inner = carried && carried.carrier !== 'none' ? readOriginal(carried.bytes) : undefined;
  if (inner && carried && carried.carrier !== 'none') {
    const { carrier, report, offset } = carried;
    const arrivalHash = hash('sha256', arrival, 'hex');
    return { arrivalHash, original: inner, originalOffset: offset, carrier, ...(report ? { report } : {}), large };
  }
  const original = readOriginal(arrival, parts);
  return original && { arrivalHash: original.contentHash, original, originalOffset: 0, large };
}
