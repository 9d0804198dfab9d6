import type { ArrivalSource } from '../arrival.ts';
import type { Direction } from '../direction.ts';

/**
 * What is kept of an arrival so that retention is decided without reading it: that of a message's first in the record,
 * that of a later one beside it if it adds something. Small, as it is written with every message. Times are ISO 8601,
 * UTC.
 */
export interface RecordedRetention {
  readonly sources: readonly ArrivalSource['kind'][];
  /** Ids of journal endpoints that it came by, but for those whose mailbox it is filed in. */
  readonly endpoints: readonly string[];
  /** Normalised addresses of senders and recipients, but for those that the summary of the record names. */
  readonly senders?: readonly string[];
  readonly recipients?: readonly string[];
  /** Present where there are more than are kept. */
  readonly isTruncated?: true;
  /** Absent where it cannot be said. */
  readonly direction?: Direction;
  readonly received: ReceiptTimes;
}

/** As a record keeps it: without what is so of most mail, as each byte counts there. */
export interface CompactRetention extends Omit<RecordedRetention, 'sources' | 'endpoints' | 'received'> {
  /** Absent: journaled. */
  readonly sources?: RecordedRetention['sources'];
  readonly endpoints?: readonly string[];
  /** Absent: arrived at an endpoint when the record's first arrival did. */
  readonly received?: ReceiptTimes;
}

/** Leaves out what `fullRetention` knows from the arrival's time of receipt. */
export function compactRetention(full: RecordedRetention, receivedAt: string): CompactRetention {
  const { sources, endpoints, received, ...rest } = full;
  const isJournaled = sources.length === 1 && sources[0] === 'journal';
  const isReceived = received.journal === receivedAt && !received.internalDate && !received.trace;
  return {
    ...rest,
    ...(isJournaled ? {} : { sources }),
    ...(endpoints.length === 0 ? {} : { endpoints }),
    ...(isReceived ? {} : { received }),
  };
}

/** `receivedAt` is that of the record's first arrival. */
export function fullRetention(compact: CompactRetention, receivedAt: string): RecordedRetention {
  return { sources: ['journal'], endpoints: [], received: { journal: receivedAt }, ...compact };
}

/** What a later arrival of a message adds. */
export interface AddedRetention {
  /** The arrival that brought it. */
  readonly arrivalId: string;
  readonly retention: RecordedRetention;
}

/** The last receipt that each kind of evidence tells of. */
export interface ReceiptTimes {
  /** Arrival at a journal endpoint. */
  readonly journal?: string;
  /** INTERNALDATE at the source it was fetched from (RFC 9051, 2.3.3). */
  readonly internalDate?: string;
  /** The Received field that the source's own host wrote (RFC 5321, 4.4). */
  readonly trace?: string;
}

/** How many senders, and recipients, a record keeps: senders choose how many there are, and items stay small. */
export const MAX_RECORDED_ADDRESSES = 100;
/** A longer one is no address (RFC 5321, 4.5.3.1). */
const MAX_ADDRESS_LENGTH = 320;

/** The addresses that are kept of `addresses`, and whether some are not; each once. */
export function keptAddresses(addresses: Iterable<string>): {
  readonly kept: readonly string[];
  readonly isTruncated: boolean;
} {
  const all = [...new Set(addresses)];
  const kept = all.filter(({ length }) => length <= MAX_ADDRESS_LENGTH).slice(0, MAX_RECORDED_ADDRESSES);
  return { kept, isTruncated: kept.length < all.length };
}

/**
 * What two arrivals of a message tell together: `known` itself where the other one adds nothing. A later receipt counts
 * once it is on a later day (UTC), so that a message that is sent again and again is not written each time.
 */
export function withArrival(known: RecordedRetention, other: RecordedRetention): RecordedRetention {
  const senders = keptAddresses([...(known.senders ?? []), ...(other.senders ?? [])]);
  const recipients = keptAddresses([...(known.recipients ?? []), ...(other.recipients ?? [])]);
  const isTruncated = known.isTruncated || other.isTruncated || senders.isTruncated || recipients.isTruncated;
  const direction = directionOf(known.direction, other.direction);
  const together: RecordedRetention = {
    sources: union(known.sources, other.sources),
    endpoints: union(known.endpoints, other.endpoints),
    ...(senders.kept.length > 0 ? { senders: senders.kept } : {}),
    ...(recipients.kept.length > 0 ? { recipients: recipients.kept } : {}),
    ...(isTruncated ? { isTruncated } : {}),
    ...(direction === undefined ? {} : { direction }),
    received: laterReceipts(known.received, other.received),
  };
  return isSame(known, together) ? known : together;
}

/** When a message was received, by the best evidence there is. */
export function receiptOf({ journal, internalDate, trace }: ReceiptTimes): string | undefined {
  return journal ?? internalDate ?? trace;
}

/** Of copies of one message, one that went out makes it outgoing; what is known wins over what is not. */
const DIRECTIONS: readonly (Direction | undefined)[] = ['outgoing', 'internal', 'incoming'];

function directionOf(one: Direction | undefined, other: Direction | undefined): Direction | undefined {
  return DIRECTIONS.find((direction) => direction === one || direction === other);
}

function union<Value>(one: readonly Value[], other: readonly Value[]): readonly Value[] {
  return [...new Set([...one, ...other])];
}

function laterReceipts(known: ReceiptTimes, other: ReceiptTimes): ReceiptTimes {
  const journal = later(known.journal, other.journal);
  const internalDate = later(known.internalDate, other.internalDate);
  const trace = later(known.trace, other.trace);
  return {
    ...(journal === undefined ? {} : { journal }),
    ...(internalDate === undefined ? {} : { internalDate }),
    ...(trace === undefined ? {} : { trace }),
  };
}

function later(known: string | undefined, other: string | undefined): string | undefined {
  if (known === undefined || other === undefined) return known ?? other;
  return other.slice(0, DAY_LENGTH) > known.slice(0, DAY_LENGTH) ? other : known;
}

/** `YYYY-MM-DD`. */
const DAY_LENGTH = 10;

/** Both are made here or by the same writer, with lists that only ever grow. */
function isSame(known: RecordedRetention, together: RecordedRetention): boolean {
  return (
    known.sources.length === together.sources.length &&
    known.endpoints.length === together.endpoints.length &&
    (known.senders?.length ?? 0) === (together.senders?.length ?? 0) &&
    (known.recipients?.length ?? 0) === (together.recipients?.length ?? 0) &&
    known.isTruncated === together.isTruncated &&
    known.direction === together.direction &&
    known.received.journal === together.received.journal &&
    known.received.internalDate === together.received.internalDate &&
    known.received.trace === together.received.trace
  );
}
