import type { Mailbox } from '../../../domain/mailbox.ts';
import { DamagedSegmentError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Manifest, ManifestSegment } from '../../../search/manifest.ts';
import type { SegmentSnapshot } from '../../../search/matching/searched-unit.ts';
import { openSegment } from '../../../search/segments/open-segment.ts';
import type { Segment } from '../../../search/segments/segment.ts';
import { changesFileKey, indexFileKey, manifestPrefix, partOfManifest, textFileKey } from '../index/index-keys.ts';
import { type IndexUnit, WHOLE_MAILBOX } from '../index/index-unit.ts';
import { readManifest } from '../index/manifest-store.ts';
import { OpenSegments } from './open-segments.ts';
import { PageCache } from './page-cache.ts';

/** The index of a unit at one moment. */
export interface UnitSnapshot extends IndexUnit {
  readonly generation: number;
  readonly segments: readonly SegmentSnapshot[];
  /** Segments that were found damaged, and what was in them is not indexed again yet: a search over this unit is not complete. */
  readonly damaged: readonly string[];
}

export interface UnitReaderLimits {
  /** Of pages of segments that are kept. */
  readonly pageBytes: number;
  /** Messages in all segments that are kept open: about 100 bytes each. */
  readonly openMessages: number;
  /** How old a manifest may be: what is indexed later is not found. 0 reads it each time. */
  readonly manifestAgeMs: number;
}

const UNIT_READER_LIMITS: UnitReaderLimits = {
  pageBytes: 64 * 1024 * 1024,
  openMessages: 600_000,
  manifestAgeMs: 500,
};
/** Manifests that are kept: about 10 KB each. */
const MAX_MANIFESTS = 1_000;

type ReadPorts = Pick<Ports, 'derived' | 'clock'>;

/** Reads the index: what was read lately is kept in memory, within limits. One for a process. */
export class UnitReader {
  readonly #ports: ReadPorts;
  readonly #limits: UnitReaderLimits;
  readonly #pages: PageCache;
  readonly #open: OpenSegments;
  readonly #manifests = new Map<string, { readonly manifest: Promise<Manifest>; readonly at: number }>();

  constructor(ports: ReadPorts, limits: Partial<UnitReaderLimits> = {}) {
    this.#ports = ports;
    this.#limits = { ...UNIT_READER_LIMITS, ...limits };
    this.#pages = new PageCache(ports, this.#limits.pageBytes);
    this.#open = new OpenSegments(this.#limits.openMessages);
  }

  /** The parts that a mailbox is indexed in, in no order; some may have no messages yet. */
  async listUnits({ mailboxId, listShards }: Pick<Mailbox, 'mailboxId' | 'listShards'>): Promise<readonly IndexUnit[]> {
    if (listShards <= 1) return [{ mailboxId, part: WHOLE_MAILBOX }];
    return await unitsWithIndex(this.#ports, mailboxId);
  }

  /**
   * The unit as it is now, without segments where nothing is indexed. Throws `DamagedSegmentError` where its manifest
   * cannot be read.
   */
  async openUnit(mailboxId: string, part: string): Promise<UnitSnapshot> {
    return this.snapshotOf(await this.#manifestOf({ mailboxId, part }));
  }

  /** What a manifest names, opened when it is asked for. */
  snapshotOf({ mailboxId, part, generation, segments, damaged = [] }: Manifest): UnitSnapshot {
    return {
      mailboxId,
      part,
      generation,
      damaged,
      segments: segments.map((facts) => ({ facts, open: () => this.openSegment({ mailboxId, part }, facts) })),
    };
  }

  /** A segment as a manifest names it. Throws `DamagedSegmentError`. */
  openSegment(unit: IndexUnit, facts: ManifestSegment): Promise<Segment> {
    const name = `${unit.mailboxId} ${unit.part} ${facts.segmentId} ${facts.changes?.name ?? ''}`;
    return this.#open.get(name, facts.documents, () => this.#openAfresh(unit, facts));
  }

  /** Forgets the files of a segment that is no longer in the index. */
  forget(unit: IndexUnit, { segmentId, indexBytes, textBytes }: ManifestSegment): void {
    this.#pages.forget(indexFileKey(unit, segmentId), indexBytes);
    this.#pages.forget(textFileKey(unit, segmentId), textBytes);
  }

  async #openAfresh(unit: IndexUnit, facts: ManifestSegment): Promise<Segment> {
    const { segmentId, indexBytes, textBytes, changes } = facts;
    const index = this.#pages.bytesOf(indexFileKey(unit, segmentId), indexBytes);
    const texts = this.#pages.bytesOf(textFileKey(unit, segmentId), textBytes);
    if (!changes) return await openSegment(index, texts, facts);
    const key = changesFileKey(unit, changes.name);
    const object = await this.#ports.derived.get(key);
    if (!object) throw new DamagedSegmentError(`${key} is missing`);
    return await openSegment(index, texts, facts, object.body);
  }

  async #manifestOf(unit: IndexUnit): Promise<Manifest> {
    const name = `${unit.mailboxId} ${unit.part}`;
    const now = this.#ports.clock.now().getTime();
    const kept = this.#manifests.get(name);
    if (kept && now - kept.at < this.#limits.manifestAgeMs) return await kept.manifest;
    const manifest = readManifest(this.#ports, unit).then((read) => read.manifest);
    this.#manifests.delete(name);
    for (const oldest of this.#manifests.keys()) {
      if (this.#manifests.size < MAX_MANIFESTS) break;
      this.#manifests.delete(oldest);
    }
    this.#manifests.set(name, { manifest, at: now });
    manifest.catch(() => this.#manifests.delete(name));
    return await manifest;
  }
}

/** The units of a mailbox that have an index, as the store lists them. */
export async function unitsWithIndex(
  { derived }: Pick<Ports, 'derived'>,
  mailboxId: string,
): Promise<readonly IndexUnit[]> {
  const units: IndexUnit[] = [];
  for await (const { key } of derived.list(manifestPrefix(mailboxId)))
    units.push({ mailboxId, part: partOfManifest(key) });
  return units;
}
