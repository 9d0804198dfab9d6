import { DamagedSegmentError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { SegmentWriter } from '../../../ports/segment-writer.ts';
import type { BuiltSegment } from '../../../search/segments/built-segment.ts';
import { mergeSegments } from '../../../search/segments/merge-segments.ts';
import type { Segment } from '../../../search/segments/segment.ts';
import { SegmentBuilder } from '../../../search/segments/segment-builder.ts';
import { isGerman } from '../is-german.ts';
import { UnitReader } from '../read/unit-reader.ts';
import { named } from './located.ts';
import { storeSegment } from './segment-files.ts';

/** Messages of a checked segment that are in memory at once. */
const UNPACKED_AT_ONCE = 50;

/** Writes segments where it is called: for a function, or a thread, that does nothing else meanwhile. */
export function inProcessSegments(ports: Pick<Ports, 'derived' | 'clock'>, units: UnitReader): SegmentWriter {
  return {
    build: async ({ unit, segmentId }, documents) => {
      const builder = new SegmentBuilder();
      for (const document of documents) builder.add({ ...document, isGerman: isGerman(document.texts) });
      return await storeSegment(ports, unit, segmentId, builder.finish());
    },
    merge: async ({ unit, segmentId }, segments) => {
      const opened = await Promise.all(
        segments.map((facts) => named(facts.segmentId, () => units.openSegment(unit, facts))),
      );
      try {
        return await storeSegment(ports, unit, segmentId, await mergeSegments(opened));
      } catch (error) {
        if (!(error instanceof DamagedSegmentError)) throw error;
        for (const segment of opened) {
          await named(segment.segmentId, async () => drain(await mergeSegments([segment])));
        }
        throw error;
      }
    },
    isReadable: async (unit, facts) => {
      // Past everything that is kept in memory.
      const fresh = new UnitReader(ports, { pageBytes: 0, openMessages: 0, manifestAgeMs: 0 });
      try {
        const segment = await fresh.openSegment(unit, facts);
        await drain(await mergeSegments([segment]));
        await unpackAll(segment);
        return true;
      } catch (error) {
        if (error instanceof DamagedSegmentError) return false;
        throw error;
      }
    },
  };
}

/** Merging copies what is kept as it is; a search unpacks it. Throws `DamagedSegmentError`. */
async function unpackAll(segment: Segment): Promise<void> {
  for (let start = 0; start < segment.documentCount; start += UNPACKED_AT_ONCE) {
    const length = Math.min(UNPACKED_AT_ONCE, segment.documentCount - start);
    const messages = await segment.messages(Array.from({ length }, (_, index) => start + index));
    for (const text of messages.flatMap(({ texts }) => texts)) text.opening(Number.MAX_SAFE_INTEGER);
  }
}

/** Reads all that a segment consists of. Throws `DamagedSegmentError`. */
async function drain(built: BuiltSegment): Promise<void> {
  for await (const part of built.texts()) void part;
}
