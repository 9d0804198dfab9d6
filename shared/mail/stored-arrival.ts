import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ArrivalHeader } from '../domain/arrival.ts';
import { DamagedError } from '../errors.ts';

/**
 * A stored arrival, format 1:
 *
 *     4 bytes   "LLA1"
 *     4 bytes   length of the header frame, unsigned, big-endian
 *     n bytes   header: UTF-8 JSON (ArrivalHeader), one zstd frame made with HEADER_DICTIONARY
 *     the rest  the arrival without its `cuts`, one zstd frame (RFC 8878); where the header names a `base`,
 *               made with the same of that arrival of the message as raw content dictionary
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
    '"carrier":"report","base":"0","filings":[{"mailboxId":"mb-","folder":"Inbox","basis":"envelope"}',
  'utf8',
);

/** Above this a header is refused: it stops a damaged length from taking all memory. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024;
/** A dictionary and what is compressed with it must fit the window that every decoder allows (RFC 8878, 3.1.1.1.2: 8 MB). */
const MAX_WITH_BASE_BYTES = 8 * 1024 * 1024;
const BASE_WINDOW_LOG = 23;
/** What begins like this is a dictionary with tables of its own, not raw content (RFC 8878, 5). */
const DICTIONARY_MAGIC = Buffer.from([0x37, 0xa4, 0x30, 0xec]);

/** Whether `rest` can be compressed against these bytes. */
export function canBeBase(base: Uint8Array, rest: Uint8Array): boolean {
  const isRaw = base.length >= 8 && !Buffer.from(base.subarray(0, 4)).equals(DICTIONARY_MAGIC);
  return isRaw && base.length + rest.length <= MAX_WITH_BASE_BYTES;
}

/**
 * The bytes to store for an arrival: `rest` is the arrival without the cuts of its header, `base` the same of the
 * arrival that the header names as its base.
 */
export function encodeArrival(header: ArrivalHeader, rest: Uint8Array, base?: Uint8Array): Buffer {
  const head = zstdCompressSync(JSON.stringify(header), { dictionary: HEADER_DICTIONARY });
  const preamble = Buffer.alloc(PREAMBLE_BYTES);
  MAGIC.copy(preamble);
  preamble.writeUInt32BE(head.length, MAGIC.length);
  const params = { [constants.ZSTD_c_windowLog]: BASE_WINDOW_LOG };
  const body = base ? zstdCompressSync(rest, { dictionary: base, params }) : zstdCompressSync(rest);
  return Buffer.concat([preamble, head, body]);
}

/** A stored arrival whose header has been read. */
export interface OpenedArrival {
  readonly header: ArrivalHeader;
  /** Not decompressed yet. */
  readonly body: Buffer;
}

/** Reads the header of what `encodeArrival` wrote; `key` is for the error. Throws `DamagedError` for anything else. */
export function openArrival(key: string, stored: Uint8Array): OpenedArrival {
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
    return { header: JSON.parse(head.toString('utf8')), body: bytes.subarray(bodyAt) };
  } catch (cause) {
    throw new DamagedError(key, 'its header cannot be read', { cause });
  }
}

/**
 * Decompresses an opened arrival to what was given to `encodeArrival`: the arrival without its cuts. `base` is the same
 * of the arrival that its header names. Throws `DamagedError`.
 */
export function decodeArrival(key: string, { header, body }: OpenedArrival, base?: Uint8Array): Buffer {
  if (header.base !== undefined && !base) throw new DamagedError(key, `its base ${header.base} is missing`);
  try {
    return base ? zstdDecompressSync(body, { dictionary: base }) : zstdDecompressSync(body);
  } catch (cause) {
    throw new DamagedError(key, 'it cannot be decompressed', { cause });
  }
}

/** An arrival as it came, with its header. */
export interface DecodedArrival {
  readonly header: ArrivalHeader;
  /** The exact bytes that arrived. */
  readonly arrival: Buffer;
}

/** The original inside a decoded arrival. */
export function originalIn({ header, arrival }: DecodedArrival): Buffer {
  const { offset, sizeBytes } = header.original;
  return arrival.subarray(offset, offset + sizeBytes);
}
