import { createInflateRaw } from 'node:zlib';

/** A file in a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  readonly isEncrypted: boolean;
  /** 0: as it is, 8: deflate; others are rare. */
  readonly method: number;
  readonly packedBytes: number;
  readonly localHeader: number;
}

/** What came out of an entry. */
export interface Unpacked {
  readonly content: Buffer;
  /** `limit`: there is more. `damaged`: what stands before the damage. */
  readonly end: 'whole' | 'limit' | 'damaged';
}

const END_MARK = Buffer.from('PK\x05\x06', 'latin1');
const LOCAL_MARK = Buffer.from('PK\x03\x04', 'latin1');
const CENTRAL_MARK = 0x02014b50;
const ZIP64_LOCATOR_MARK = 0x07064b50;
const ZIP64_END_MARK = 0x06064b50;
/** The end record has a comment of at most 65,535 bytes behind it. */
const END_WITHIN = 22 + 65_535;
const CENTRAL_HEADER_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const UTF8_NAME = 1 << 11;
const ZIP64_EXTRA = 1;
const SATURATED = 0xffffffff;
const CP437 = new TextDecoder('latin1');

/** What is in an archive. */
export interface ZipListing {
  readonly entries: readonly ZipEntry[];
  /** True where its directory is missing: there may have been more. */
  readonly isCut: boolean;
}

/**
 * The files of a ZIP archive (APPNOTE 6.3.10), in the order of its central directory; where that is missing, as in an
 * archive cut short, those whose local headers can be found. At most `limit`. Never throws.
 */
export function zipEntries(zip: Buffer, limit: number): ZipListing {
  const directory = directoryOffset(zip);
  const entries = directory === undefined ? [] : centralEntries(zip, directory, limit);
  return entries.length > 0 ? { entries, isCut: false } : { entries: localEntries(zip, limit), isCut: true };
}

/** The content of an entry, at most `limit` bytes of it; `undefined` where its method is none that is read. */
export async function unpackEntry(zip: Buffer, entry: ZipEntry, limit: number): Promise<Unpacked | undefined> {
  const { localHeader, packedBytes, method } = entry;
  if (method !== 0 && method !== 8) return undefined;
  if (localHeader + LOCAL_HEADER_BYTES > zip.length) return { content: Buffer.alloc(0), end: 'damaged' };
  const start =
    localHeader + LOCAL_HEADER_BYTES + zip.readUInt16LE(localHeader + 26) + zip.readUInt16LE(localHeader + 28);
  const packed = zip.subarray(start, start + packedBytes);
  const isCut = packed.length < packedBytes;
  if (method === 8) return await inflate(packed, limit);
  const content = packed.subarray(0, limit);
  return { content, end: content.length < packed.length ? 'limit' : isCut ? 'damaged' : 'whole' };
}

/** Whatever a stream of zlib gives, up to `limit` bytes. */
async function inflate(packed: Buffer, limit: number): Promise<Unpacked> {
  return await unpackStream(createInflateRaw(), packed, limit);
}

/** Unpacks `packed` through a stream of `node:zlib`, at most `limit` bytes. */
export async function unpackStream(
  stream: NodeJS.ReadWriteStream & AsyncIterable<Buffer> & { destroy(): void },
  packed: Buffer,
  limit: number,
): Promise<Unpacked> {
  const pieces: Buffer[] = [];
  let length = 0;
  const joined = (): Buffer => Buffer.concat(pieces).subarray(0, limit);
  try {
    stream.end(packed);
    for await (const piece of stream) {
      pieces.push(piece);
      length += piece.length;
      if (length > limit) return { content: joined(), end: 'limit' };
    }
    return { content: joined(), end: 'whole' };
  } catch {
    return { content: joined(), end: 'damaged' };
  } finally {
    stream.destroy();
  }
}

function directoryOffset(zip: Buffer): number | undefined {
  const from = Math.max(0, zip.length - END_WITHIN);
  const found = zip.subarray(from).lastIndexOf(END_MARK);
  if (found < 0 || from + found + 22 > zip.length) return undefined;
  const end = from + found;
  const offset = zip.readUInt32LE(end + 16);
  const size = zip.readUInt32LE(end + 12);
  if (offset === SATURATED) return zip64Offset(zip, end) ?? undefined;
  // Where something stands before the archive (a program that unpacks itself), all offsets are off by its length.
  return zip.length >= offset + 4 && zip.readUInt32LE(offset) === CENTRAL_MARK ? offset : Math.max(0, end - size);
}

function zip64Offset(zip: Buffer, end: number): number | undefined {
  const locator = end - 20;
  if (locator < 0 || zip.readUInt32LE(locator) !== ZIP64_LOCATOR_MARK) return undefined;
  const record = Number(zip.readBigUInt64LE(locator + 8));
  if (record + 56 > zip.length || zip.readUInt32LE(record) !== ZIP64_END_MARK) return undefined;
  return Number(zip.readBigUInt64LE(record + 48));
}

function centralEntries(zip: Buffer, directory: number, limit: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = directory; at + CENTRAL_HEADER_BYTES <= zip.length && entries.length < limit; ) {
    if (zip.readUInt32LE(at) !== CENTRAL_MARK) break;
    const nameLength = zip.readUInt16LE(at + 28);
    const extraLength = zip.readUInt16LE(at + 30);
    const flags = zip.readUInt16LE(at + 8);
    const extraStart = at + CENTRAL_HEADER_BYTES + nameLength;
    const extra = zip.subarray(extraStart, extraStart + extraLength);
    const sizes = [zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const [, packedBytes = 0, localHeader = 0] = withZip64(sizes, extra);
    entries.push({
      name: nameOf(zip.subarray(at + CENTRAL_HEADER_BYTES, extraStart), flags),
      isEncrypted: (flags & 1) !== 0,
      method: zip.readUInt16LE(at + 10),
      packedBytes,
      localHeader,
    });
    at = extraStart + extraLength + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** Values that do not fit stand in an extra field, in this order (APPNOTE, 4.5.3). */
function withZip64(values: readonly number[], extra: Buffer): number[] {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== ZIP64_EXTRA) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  return values.map((value) => {
    if (value !== SATURATED || at + 8 > extra.length) return value;
    const large = Number(extra.readBigUInt64LE(at));
    at += 8;
    return large;
  });
}

function localEntries(zip: Buffer, limit: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = zip.indexOf(LOCAL_MARK);
  while (at >= 0 && at + LOCAL_HEADER_BYTES <= zip.length && entries.length < limit) {
    const flags = zip.readUInt16LE(at + 6);
    const nameStart = at + LOCAL_HEADER_BYTES;
    const nameEnd = nameStart + zip.readUInt16LE(at + 26);
    const start = nameEnd + zip.readUInt16LE(at + 28);
    const declared = zip.readUInt32LE(at + 18);
    const next = zip.indexOf(LOCAL_MARK, start + (declared === SATURATED ? 0 : declared));
    // A size of 0 stands behind the content, where it was not known before.
    const packedBytes = declared === 0 || declared === SATURATED ? (next < 0 ? zip.length : next) - start : declared;
    entries.push({
      name: nameOf(zip.subarray(nameStart, nameEnd), flags),
      isEncrypted: (flags & 1) !== 0,
      method: zip.readUInt16LE(at + 8),
      packedBytes,
      localHeader: at,
    });
    at = next;
  }
  return entries;
}

function nameOf(bytes: Buffer, flags: number): string {
  const utf8 = bytes.toString('utf8');
  return (flags & UTF8_NAME) !== 0 || !utf8.includes('\ufffd') ? utf8 : CP437.decode(bytes);
}
