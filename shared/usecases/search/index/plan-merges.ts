import type { ManifestSegment } from '../../../search/manifest.ts';

/**
 * Segments of one size that become one of the next; the more, the fewer times a message is written, and the more
 * segments a search looks into.
 */
export const SEGMENTS_PER_TIER = 10;
/** Up to this size segments are of the first tier: a message or two. */
const FIRST_TIER_BYTES = 8 * 1024;
/**
 * How much larger the next tier is: less than segments are merged at once, as common words are kept once then, so that
 * what is merged leaves its tier and is not merged again with those beside it.
 */
const TIER_GROWTH = 7;
/** No segment becomes larger by merging: what a function holds while it merges. */
export const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;
/** From here on a segment is left as it is: merging it with what is left would write much for little. */
const FULL_SEGMENT_BYTES = MAX_SEGMENT_BYTES / 2;
/** A segment of which so many messages are removed is written again without them. */
const REMOVED_SHARE = 0.25;

/** The sizes that decide about a segment. */
export type SegmentSize = Pick<
  ManifestSegment,
  'segmentId' | 'tokeniser' | 'documents' | 'indexBytes' | 'sortDates' | 'changes' | 'isStale'
>;

/**
 * Which segments should become one: each group is merged on its own, those of the smallest tier first. A group of one is
 * a segment to be written again without what was removed. Segments that a reindex replaces are left alone.
 */
export function planMerges<Segment extends SegmentSize>(segments: readonly Segment[]): readonly (readonly Segment[])[] {
  const present = segments.filter(({ isStale }) => !isStale);
  const groups: (readonly Segment[])[] = [];
  for (const tier of byTier(present.filter((segment) => liveBytes(segment) < FULL_SEGMENT_BYTES))) {
    groups.push(...groupsOf(tier));
  }
  const grouped = new Set(groups.flat());
  const worn = present.filter((segment) => !grouped.has(segment) && removedShare(segment) >= REMOVED_SHARE);
  return [...groups, ...worn.map((segment) => [segment])];
}

/** By size, the smallest tier first; in each the messages that belong together by date stand together. */
function byTier<Segment extends SegmentSize>(segments: readonly Segment[]): readonly (readonly Segment[])[] {
  // Terms of different tokenisers are not compared: a reindex makes them of one.
  const tiers = Map.groupBy(segments, (segment) => `${tierOf(liveBytes(segment))} ${segment.tokeniser}`);
  return [...tiers.values()]
    .toSorted(([a], [b]) => (a ? tierOf(liveBytes(a)) : 0) - (b ? tierOf(liveBytes(b)) : 0))
    .map((tier) => tier.toSorted((a, b) => a.sortDates[0] - b.sortDates[0]));
}

function tierOf(bytes: number): number {
  let tier = 0;
  for (let most = FIRST_TIER_BYTES; bytes > most; most *= TIER_GROWTH) tier += 1;
  return tier;
}

function groupsOf<Segment extends SegmentSize>(tier: readonly Segment[]): readonly (readonly Segment[])[] {
  const groups: (readonly Segment[])[] = [];
  let group: Segment[] = [];
  let bytes = 0;
  for (const segment of tier) {
    if (group.length === SEGMENTS_PER_TIER || bytes + liveBytes(segment) > MAX_SEGMENT_BYTES) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(segment);
    bytes += liveBytes(segment);
  }
  if (group.length === SEGMENTS_PER_TIER) groups.push(group);
  return groups.filter((one) => one.length > 1);
}

/** What is left of a segment once its removed messages are gone, about. */
function liveBytes(segment: SegmentSize): number {
  return segment.indexBytes * (1 - removedShare(segment));
}

function removedShare({ documents, changes }: SegmentSize): number {
  return documents === 0 ? 1 : (changes?.removed ?? 0) / documents;
}
