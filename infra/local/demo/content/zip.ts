import { crc32 } from 'node:zlib';

/** A file in a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

/** 1 January 2020, in the format of DOS: the same input gives the same archive. */
const DOS_DATE = ((2020 - 1980) << 9) | (1 << 5) | 1;

/** A ZIP archive (APPNOTE 6.3.10, 4.3) with its files stored as they are. */
export function storedZip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const nameBytes = Buffer.from(name);
    const facts = factsOf(content, nameBytes.length);
    const local = Buffer.concat([signature(0x04034b50), facts, nameBytes, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([20, 0]), facts, rest, nameBytes]));
    files.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listing.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, listing, signature(0x06054b50), end]);
}

/** What the local header and the central directory say alike: from "version needed" to "extra field length". */
function factsOf(content: Uint8Array, nameLength: number): Buffer {
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  // Bit 11: names are UTF-8.
  facts.writeUInt16LE(1 << 11, 2);
  facts.writeUInt16LE(DOS_DATE, 8);
  facts.writeUInt32LE(crc32(content), 10);
  facts.writeUInt32LE(content.length, 14);
  facts.writeUInt32LE(content.length, 18);
  facts.writeUInt16LE(nameLength, 22);
  return facts;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
