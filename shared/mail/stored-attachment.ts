import { hash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { contentHashOf } from '../domain/attachment.ts';
import { DamagedError } from '../errors.ts';

/** A stored attachment, format 1: 4 bytes "LLC1", then the content as one zstd frame (RFC 8878). */
const MAGIC = Buffer.from('LLC1', 'latin1');

/** The bytes to store for the content of a large attachment. */
export function encodeAttachment(content: Uint8Array): Buffer {
  return Buffer.concat([MAGIC, zstdCompressSync(content)]);
}

/** Reads what `encodeAttachment` wrote. Throws `DamagedError` where it is not the content that the id names. */
export function decodeAttachment(key: string, attachmentId: string, stored: Uint8Array): Buffer {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new DamagedError(key, 'it does not begin as a stored attachment of a known format');
  }
  const content = decompressed(key, bytes.subarray(MAGIC.length));
  if (hash('sha256', content, 'hex') === contentHashOf(attachmentId)) return content;
  throw new DamagedError(key, 'it has another hash');
}

function decompressed(key: string, frame: Buffer): Buffer {
  try {
    return zstdDecompressSync(frame);
  } catch (cause) {
    throw new DamagedError(key, 'it cannot be decompressed', { cause });
  }
}
