import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ArrivalHeader } from '../domain/arrival.ts';
import { DamagedError } from '../errors.ts';

/**
 * A stored arrival, format 1:
 *
 *     4 bytes   "LLA1"
 *     4 bytes   length of the header frame, unsigned, big-endian
 *     n bytes   header: UTF-8 JSON (ArrivalHeader), one zstd frame made with HEADER_DICTIONARY
 *     the rest  the whole arrival, one zstd frame (RFC 8878)
 */
const MAGIC = Buffer.from('LLA1', 'latin1');
const PREAMBLE_BYTES = 8;

/**
 * Raw content dictionary (RFC 8878, 5) of header frames: what headers have in common need not be stored
 * in each. It is part of format 1 and can never change.
 */
const HEADER_DICTIONARY = Buffer.from(
  '{"mailboxId":"mb-","folder":"Sent","basis":"report"},{"mailboxId":"mb-","folder":"Inbox","basis":"header"}' +
    '{"format":1,"receivedAt":"2026-01-01T00:00:00.000Z","source":{"kind":"journal","endpointIds":["ep-"]},' +
    '"envelope":{"mailFrom":"","rcptTo":["j-@journal."],"remoteAddress":"127.0.0.1","helloName":"mail."},' +
    '"filedAt":"2026-01-01T00:00:00.000Z","original":{"offset":0,"sizeBytes":1,"contentHash":"0"},' +
    '"filings":[{"mailboxId":"mb-","folder":"Inbox","basis":"envelope"}',
  'utf8',
);

/** Above this a header is refused: it stops a damaged length from taking all memory. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024;

/** The bytes to store for an arrival. */
export function encodeArrival(header: ArrivalHeader, arrival: Uint8Array): Buffer {
  const head = zstdCompressSync(JSON.stringify(header), { dictionary: HEADER_DICTIONARY });
  const preamble = Buffer.alloc(PREAMBLE_BYTES);
  MAGIC.copy(preamble);
  preamble.writeUInt32BE(head.length, MAGIC.length);
  return Buffer.concat([preamble, head, zstdCompressSync(arrival)]);
}

export interface DecodedArrival {
  readonly header: ArrivalHeader;
  /** The exact bytes that arrived. */
  readonly arrival: Buffer;
}

/** Reads what `encodeArrival` wrote; `key` is for the error. Throws `DamagedError` for anything else. */
export function decodeArrival(key: string, stored: Uint8Array): DecodedArrival {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.length < PREAMBLE_BYTES || !bytes.subarray(0, 4).equals(MAGIC)) {
    throw new DamagedError(key, 'it does not begin as a stored arrival of a known format');
  }
  const bodyAt = PREAMBLE_BYTES + bytes.readUInt32BE(MAGIC.length);
  try {
    const head = zstdDecompressSync(bytes.subarray(PREAMBLE_BYTES, bodyAt), {
      dictionary: HEADER_DICTIONARY,
      maxOutputLength: MAX_HEADER_BYTES,
    });
    const header: ArrivalHeader = JSON.parse(head.toString('utf8'));
    return { header, arrival: zstdDecompressSync(bytes.subarray(bodyAt)) };
  } catch (cause) {
    throw new DamagedError(key, 'it cannot be decompressed', { cause });
  }
}

/** The original inside a decoded arrival. */
export function originalIn({ header, arrival }: DecodedArrival): Buffer {
  const { offset, sizeBytes } = header.original;
  return arrival.subarray(offset, offset + sizeBytes);
}
