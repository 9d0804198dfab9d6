import type { Segment } from '../segments/segment.ts';
import type { MatchedMessage, SegmentName } from './results.ts';
import { unlessDamaged } from './search-segment.ts';
import { compareKeys, comparePositions, positionOf } from './sort-keys.ts';

/** A message that may be among those shown. Its id is read only if it is needed. */
interface Candidate {
  readonly key: number | string;
  readonly sortDate: number;
  readonly name: SegmentName;
  readonly segment: Segment;
  readonly document: number;
}

/** The best messages of a search so far, and those that stand level with the last of them. */
export class Candidates {
  readonly #most: number;
  #kept: Candidate[] = [];
  /** The last of the best when they were last sorted: nothing behind it is needed. */
  #worst: Candidate | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes messages of one segment, the best of it in order; `keys` compare with those of other segments. */
  add(
    name: SegmentName,
    segment: Segment,
    documents: Uint32Array,
    keys: readonly (number | string)[],
    sortDates: Float64Array,
  ): void {
    const worst = this.#worst;
    for (const [n, document] of documents.entries()) {
      const candidate = { key: keys[n] ?? 0, sortDate: sortDates[document] ?? 0, name, segment, document };
      if (worst && compareCandidates(candidate, worst) > 0) break;
      this.#kept.push(candidate);
    }
    if (this.#kept.length > this.#most * 4) this.#prune();
  }

  /** The date of the last of the best, where there are as many as are wanted. */
  get lastDate(): number | undefined {
    this.#prune();
    return this.#worst?.sortDate;
  }

  /** The best, in order; or the segment whose ids cannot be read. */
  async inOrder(): Promise<readonly MatchedMessage[] | SegmentName> {
    this.#prune();
    const bySegment = new Map<Segment, [Candidate, ...Candidate[]]>();
    for (const candidate of this.#kept) {
      const others = bySegment.get(candidate.segment);
      if (others) others.push(candidate);
      else bySegment.set(candidate.segment, [candidate]);
    }
    const items: MatchedMessage[] = [];
    for (const [segment, candidates] of bySegment) {
      const ids = await unlessDamaged(segment.archiveIds(candidates.map(({ document }) => document)));
      if (!ids) return candidates[0].name;
      for (const [n, { key, sortDate, name, document }] of candidates.entries()) {
        const archiveId = ids[n] ?? '';
        items.push({ ...name, archiveId, document, position: positionOf(key, sortDate, archiveId, name.mailboxId) });
      }
    }
    return items.sort((a, b) => comparePositions(a.position, b.position)).slice(0, this.#most);
  }

  /** Sorts, and drops what is behind the last that is needed; ids decide later between those level with it. */
  #prune(): void {
    this.#kept.sort(compareCandidates);
    const worst = this.#kept[this.#most - 1];
    if (!worst) return;
    this.#worst = worst;
    let end = this.#most;
    while (end < this.#kept.length && compareCandidates(this.#kept[end] ?? worst, worst) === 0) end++;
    this.#kept.length = end;
  }
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return compareKeys(a.key, b.key) || b.sortDate - a.sortDate;
}
