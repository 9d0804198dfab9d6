import { hash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type ChainHead, type CheckpointReference, isChainName } from '../domain/audit-chain.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import { DamagedError } from '../errors.ts';

/**
 * Objects of the audit trail, format 1: lines of JSON, the first of which names the format. Batches are in a zstd
 * frame; checkpoints and registrations, which nothing may name yet, end in a line `{sha256}` of the text before it.
 *
 * A batch: `{format, chain, n, previous, checkpoint?}`, then an event a line, each with the SHA-256 of the event
 * before (the text of its line) as `previous`, then `{events, last}`: how many, and the SHA-256 of the last.
 * The header's `previous` is the SHA-256 of the object before as it is stored; of the checkpoint for a chain's first.
 */
const BATCH_FORMAT = 'letterlock-audit/1';
const CHECKPOINT_FORMAT = 'letterlock-audit-heads/1';
const REGISTER_FORMAT = 'letterlock-audit-chain/1';
/** What a batch may take unpacked: stops an object that was made to fill the memory of its verifier. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024;

export interface AuditBatchHeader {
  readonly chain: string;
  readonly n: number;
  readonly previous: string;
  /** In a chain's first batch: the checkpoint it was begun after, whose hash is `previous`. */
  readonly checkpoint?: number;
}

export interface EncodedAuditBatch {
  readonly body: Buffer;
  /** Of the body: what the next batch names. */
  readonly hash: string;
  /** Of the last event's line: what the next event names. */
  readonly lastEvent: string;
}

export interface DecodedAuditBatch {
  readonly header: AuditBatchHeader;
  readonly events: readonly AuditEvent[];
  /** What the first event names as the one before it. */
  readonly firstPrevious: string;
  readonly lastEvent: string;
}

export function encodeAuditBatch(
  header: AuditBatchHeader,
  events: readonly AuditEvent[],
  previousEvent: string,
): EncodedAuditBatch {
  let lastEvent = previousEvent;
  const lines = events.map((event) => {
    const line = JSON.stringify({ previous: lastEvent, ...event });
    lastEvent = hash('sha256', line);
    return line;
  });
  const body = pack([
    JSON.stringify({ format: BATCH_FORMAT, ...header }),
    ...lines,
    JSON.stringify({ events: events.length, last: lastEvent }),
  ]);
  return { body, hash: hash('sha256', body), lastEvent };
}

/** Throws `DamagedError` for anything that `encodeAuditBatch` did not write, naming the first event that shows it. */
export function decodeAuditBatch(key: string, stored: Uint8Array): DecodedAuditBatch {
  const [headerLine = '', ...rest] = unpack(key, stored);
  const header = parsed(key, headerLine);
  const end = parsed(key, rest.pop() ?? '');
  if (!isBatchHeader(header)) throw new DamagedError(key, 'it does not begin as a batch of a known format');
  const lines = rest.map((line) => ({ line, event: parsed(key, line) }));
  const events = lines.map(({ event }) => event).filter(isChained);
  const [first] = events;
  if (!first || events.length !== lines.length) throw new DamagedError(key, 'something in it is no event');
  let lastEvent = first.previous;
  for (const [i, { line }] of lines.entries()) {
    if (events[i]?.previous !== lastEvent) {
      throw new DamagedError(key, `event ${events[i - 1]?.eventId} in it was changed, or the one behind it`);
    }
    lastEvent = hash('sha256', line);
  }
  if (end.events !== events.length) throw new DamagedError(key, 'it has another number of events than it says');
  if (end.last !== lastEvent) throw new DamagedError(key, `event ${events.at(-1)?.eventId} in it was changed`);
  const { format: _format, ...facts } = header;
  return {
    header: facts,
    events: events.map(({ previous: _previous, ...event }) => event),
    firstPrevious: first.previous,
    lastEvent,
  };
}

/** How far chains had come at a time. */
export interface AuditCheckpoint {
  readonly n: number;
  /** SHA-256 of the checkpoint before, as it is stored. */
  readonly previous: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Of the chains that are new or longer since the checkpoint before. */
  readonly heads: readonly ChainHead[];
}

export function encodeCheckpoint({ heads, ...header }: AuditCheckpoint): Buffer {
  return seal([{ format: CHECKPOINT_FORMAT, ...header }, ...heads]);
}

/** Throws `DamagedError` for anything that `encodeCheckpoint` did not write. */
export function decodeCheckpoint(key: string, stored: Uint8Array): AuditCheckpoint {
  const [header = {}, ...heads] = unseal(key, stored);
  const { format, n, previous, at } = header;
  const isKnown = format === CHECKPOINT_FORMAT && typeof n === 'number';
  if (!isKnown || typeof previous !== 'string' || typeof at !== 'string' || !heads.every(isHead)) {
    throw new DamagedError(key, 'it is no checkpoint of a known format');
  }
  return { n, previous, at, heads: heads.filter(isHead) };
}

/** What tells of a chain: its first batch. */
export function encodeRegistration(first: ChainHead): Buffer {
  return seal([{ format: REGISTER_FORMAT, ...first }]);
}

/** Throws `DamagedError` for anything that `encodeRegistration` did not write. */
export function decodeRegistration(key: string, stored: Uint8Array): ChainHead {
  const [line = {}] = unseal(key, stored);
  const { format, ...head } = line;
  if (format !== REGISTER_FORMAT || !isHead(head)) throw new DamagedError(key, 'it registers no chain');
  return head;
}

export function referenceOf(n: number, stored: Uint8Array): CheckpointReference {
  return { n, hash: hash('sha256', stored) };
}

type JsonRecord = { readonly [name: string]: unknown };

function pack(lines: readonly string[]): Buffer {
  return zstdCompressSync(`${lines.join('\n')}\n`, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

function unpack(key: string, stored: Uint8Array): string[] {
  try {
    const bytes = zstdDecompressSync(stored, { maxOutputLength: MAX_BATCH_BYTES });
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).split('\n').slice(0, -1);
  } catch (cause) {
    throw new DamagedError(key, 'it cannot be read', { cause });
  }
}

function seal(lines: readonly object[]): Buffer {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return Buffer.from(text + sealOf(text));
}

function unseal(key: string, stored: Uint8Array): readonly JsonRecord[] {
  const text = Buffer.from(stored).toString('utf8');
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const sealed = text.slice(0, end);
  if (text.slice(end) !== sealOf(sealed)) throw new DamagedError(key, 'its text is not what was sealed');
  return sealed
    .split('\n')
    .slice(0, -1)
    .map((line) => parsed(key, line));
}

function sealOf(text: string): string {
  return `${JSON.stringify({ sha256: hash('sha256', text) })}\n`;
}

function parsed(key: string, line: string): JsonRecord {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new DamagedError(key, 'a line of it is no JSON', { cause });
  }
  throw new DamagedError(key, 'a line of it is no JSON object');
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBatchHeader(value: JsonRecord): value is JsonRecord & AuditBatchHeader {
  const isNamed = typeof value.chain === 'string' && typeof value.n === 'number' && typeof value.previous === 'string';
  return value.format === BATCH_FORMAT && isNamed && ['number', 'undefined'].includes(typeof value.checkpoint);
}

function isChained(value: JsonRecord): value is JsonRecord & AuditEvent & { readonly previous: string } {
  const { previous, eventId, at, actor, source, action, outcome } = value;
  const texts = [previous, eventId, at, source, action, outcome];
  return texts.every((text) => typeof text === 'string') && isRecord(actor);
}

function isHead(value: JsonRecord): value is JsonRecord & ChainHead {
  const { chain, n, hash: digest } = value;
  return typeof chain === 'string' && isChainName(chain) && Number.isSafeInteger(n) && typeof digest === 'string';
}
