import { crc32 } from 'node:zlib';
import { DamagedSegmentError } from '../../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { CHANGES_MAGIC, FORMAT_VERSION, MAGIC_BYTES } from './format.ts';
import { readValueColumn, valueColumn, valuesOf, writeValueColumn } from './value-column.ts';

/** What has become of a message since its segment was written. */
export type Change = { readonly removed: true } | { readonly folders: readonly string[]; readonly flags: number };

/** Changes by number of the message. */
export type Changes = ReadonlyMap<number, Change>;

/**
 * The changes file of a segment. It replaces the one before as a whole: the caller carries over what that says
 * (`readChanges`), removals above all, for a message that a later file does not name is back as it was written.
 */
export function writeChanges(changes: Changes): {
  readonly bytes: Uint8Array;
  readonly checksum: number;
  readonly removed: number;
} {
  const out = new ByteWriter();
  out.raw(new TextEncoder().encode(CHANGES_MAGIC));
  out.uint32(FORMAT_VERSION);
  const sorted = [...changes].sort(([a], [b]) => a - b);
  out.varint(sorted.length);
  let previous = -1;
  let removed = 0;
  for (const [document, change] of sorted) {
    out.varint(document - previous - 1);
    previous = document;
    if ('removed' in change) removed++;
    out.varint('removed' in change ? 0 : change.flags + 1);
  }
  writeValueColumn(out, valueColumn(sorted.map(([, change]) => ('removed' in change ? [] : change.folders))));
  const bytes = out.take();
  return { bytes, checksum: crc32(bytes), removed };
}

/** What a changes file says. Throws `DamagedSegmentError` where it is not whole or names messages the segment has not. */
export function readChanges(bytes: Uint8Array, checksum: number, documentCount: number): Changes {
  if (crc32(bytes) !== checksum) throw new DamagedSegmentError('the checksum of its changes');
  const reader = new ByteReader(bytes);
  if (Buffer.from(reader.raw(MAGIC_BYTES)).toString('latin1') !== CHANGES_MAGIC || reader.uint32() !== FORMAT_VERSION) {
    throw new DamagedSegmentError('its changes are of another format');
  }
  const named: { readonly document: number; readonly flags: number }[] = [];
  let document = -1;
  for (let left = reader.count(2); left > 0; left--) {
    document += reader.varint() + 1;
    if (document >= documentCount) throw new DamagedSegmentError('a change of a message that is not there');
    named.push({ document, flags: reader.varint() - 1 });
  }
  const folders = readValueColumn(reader, named.length);
  return new Map(
    named.map(({ document, flags }, index) => [
      document,
      flags < 0 ? { removed: true } : { folders: valuesOf(folders, index), flags },
    ]),
  );
}
