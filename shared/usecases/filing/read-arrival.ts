import { domainOf } from '../../domain/address.ts';
import type { ArrivalFacts } from '../../domain/arrival.ts';
import { largeAttachments } from '../../mail/attachment-cuts.ts';
import { carriedBy } from '../../mail/carrier.ts';
import { readOriginal } from '../../mail/read-original.ts';
import { readParts } from '../../mail/read-parts.ts';
import type { FilingContext } from './filing-context.ts';
import type { ReadArrival } from './store-arrival.ts';

/**
 * Reads an arrival at journal endpoints: takes its carrier off and reads the original in it. What looks
 * like a carrier of something that is no message is its own original. `undefined` where there is not a
 * single header field.
 */
export function readArrival(
  { journalDomain, singleInstanceBytes }: Pick<FilingContext, 'journalDomain' | 'singleInstanceBytes'>,
  arrivalId: string,
  facts: ArrivalFacts,
  raw: Uint8Array,
): ReadArrival | undefined {
  const parts = readParts(raw);
  const arrival = { arrivalId, facts, raw, large: largeAttachments(parts, singleInstanceBytes) };
  const carried = carriedBy(raw, (address) => domainOf(address) === journalDomain, parts);
  const inner = carried.carrier === 'none' ? undefined : readOriginal(carried.bytes);
  if (inner && carried.carrier !== 'none') {
    const { carrier, report, offset } = carried;
    return { ...arrival, original: inner, originalOffset: offset, carrier, ...(report ? { report } : {}) };
  }
  const original = readOriginal(raw, parts);
  return original && { ...arrival, original, originalOffset: 0 };
}
