import { crc32 } from 'node:zlib';
import { DamagedSegmentError } from '../../errors.ts';
import type { ManifestSegment } from '../manifest.ts';
import { ArchiveIds } from './archive-ids.ts';
import { ByteReader } from './byte-reader.ts';
import { readChanges } from './changes.ts';
import { CheckedBytes } from './checked-bytes.ts';
import { Dictionary } from './dictionary.ts';
import { FORMAT_VERSION, INDEX_MAGIC, MAGIC_BYTES, PAGE_BYTES } from './format.ts';
import { memoryBytes } from './memory-bytes.ts';
import { OpenedSegment, type Section } from './opened-segment.ts';
import type { Segment, SegmentBytes } from './segment.ts';
import { SparseIndex } from './sparse-index.ts';

/** Length of the end, version, magic. */
const TAIL_BYTES = 8 + MAGIC_BYTES;
/** What is read of the end at first; an index that is no larger is read as a whole. */
const FIRST_READ_BYTES = 64 * 1024;
const SECTIONS = 6;

/**
 * Opens a segment: one read of the end of its index file (two where it is large), the rest when it is asked for.
 * `changes` is the file that the manifest names. Throws `DamagedSegmentError` where the files are not what the
 * manifest says.
 */
export async function openSegment(
  index: SegmentBytes,
  texts: SegmentBytes,
  facts: ManifestSegment,
  changes?: Uint8Array,
): Promise<Segment> {
  if (index.sizeBytes !== facts.indexBytes || texts.sizeBytes !== facts.textBytes) {
    throw new DamagedSegmentError('a file of another size');
  }
  if ((changes === undefined) !== (facts.changes === undefined))
    throw new DamagedSegmentError('its changes are missing');
  const { bytes, end } = await readEnd(index);
  if (crc32(end) !== facts.endChecksum) throw new DamagedSegmentError('the checksum of its end');
  return new OpenedSegment({
    ...readParts(end, bytes, facts),
    segmentId: facts.segmentId,
    texts,
    textChecksum: facts.textChecksum,
    changes: changes && facts.changes ? readChanges(changes, facts.changes.checksum, facts.documents) : new Map(),
  });
}

/** The end of the file, and the file: in memory where it is small. */
async function readEnd(index: SegmentBytes): Promise<{ readonly bytes: SegmentBytes; readonly end: Uint8Array }> {
  const { sizeBytes } = index;
  const last = await index.read(Math.max(0, sizeBytes - FIRST_READ_BYTES), sizeBytes);
  if (last.length < Math.min(sizeBytes, FIRST_READ_BYTES) || last.length < TAIL_BYTES) {
    throw new DamagedSegmentError('its end is missing');
  }
  const tail = new ByteReader(last.subarray(-TAIL_BYTES));
  const endBytes = tail.uint32();
  const version = tail.uint32();
  const magic = Buffer.from(tail.raw(MAGIC_BYTES)).toString('latin1');
  if (magic !== INDEX_MAGIC || version !== FORMAT_VERSION) throw new DamagedSegmentError('it is of another format');
  if (endBytes < TAIL_BYTES || endBytes > sizeBytes) throw new DamagedSegmentError('its end is out of place');
  const bytes = sizeBytes <= FIRST_READ_BYTES ? memoryBytes(last) : index;
  const end = endBytes <= last.length ? last.subarray(-endBytes) : await index.read(sizeBytes - endBytes, sizeBytes);
  return { bytes, end };
}

/** Where everything is, by the end of the file. */
function readParts(end: Uint8Array, index: SegmentBytes, facts: ManifestSegment) {
  const reader = new ByteReader(end);
  const tokeniser = reader.varint();
  const documentCount = reader.varint();
  if (tokeniser !== facts.tokeniser || documentCount !== facts.documents) {
    throw new DamagedSegmentError('it is another segment');
  }
  const bodyBytes = index.sizeBytes - end.length;
  const sections: Section[] = [];
  let start = 0;
  for (let left = SECTIONS; left > 0; left--) {
    const end = start + reader.varint();
    sections.push([start, end]);
    start = end;
  }
  const [, terms = NONE, compounds = NONE, columns = NONE, subjects = NONE, ids = NONE] = sections;
  if (start !== bodyBytes) throw new DamagedSegmentError('its sections do not fill it');
  const sparseTerms = SparseIndex.read(reader, ...terms);
  const sparseCompounds = SparseIndex.read(reader, ...compounds);
  const pages = Math.ceil(bodyBytes / PAGE_BYTES);
  if (reader.left !== pages * 4 + TAIL_BYTES) throw new DamagedSegmentError('its checksums are not all there');
  const bytes = new CheckedBytes(
    index,
    0,
    bodyBytes,
    new Uint32Array(pages).map(() => reader.uint32()),
  );
  return {
    documentCount,
    tokeniser,
    bytes,
    terms: sparseTerms,
    dictionary: new Dictionary(bytes, sparseTerms, sparseCompounds, documentCount),
    columns,
    subjects,
    ids: new ArchiveIds(bytes, ...ids, documentCount),
  };
}

const NONE: Section = [0, 0];
