import { DamagedSegmentError } from '../../../errors.ts';
import type { ObjectKey } from '../../../ports/object-store.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { SegmentBytes } from '../../../search/segments/segment.ts';

/**
 * Objects are kept in pages of this size. A look-up wants a kilobyte here and there: larger pages would fill the memory
 * with what lies beside it.
 */
const PAGE_BYTES = 4_096;
/** What is longer is fetched as it is asked for and not kept: whoever asks for it keeps what was made of it. */
const MOST_KEPT_AT_ONCE = 1024 * 1024;

/** A page, and whether it was read since whoever makes room last looked at it. */
interface KeptPage {
  /** Empty once it is kept no longer. */
  bytes: Uint8Array;
  isKept: boolean;
  wasRead: boolean;
}

/** Pages of immutable objects that were read, those read lately; a bounded number of bytes. */
export class PageCache {
  readonly #ports: Pick<Ports, 'derived'>;
  readonly #maxBytes: number;
  /** In the order they came, those that were read since at the end again when room is made. */
  readonly #pages = new Map<string, KeptPage>();
  readonly #underWay = new Map<string, Promise<Uint8Array>>();
  #bytes = 0;

  constructor(ports: Pick<Ports, 'derived'>, maxBytes: number) {
    this.#ports = ports;
    this.#maxBytes = maxBytes;
  }

  /** An object of that size, to be read by parts. */
  bytesOf(key: ObjectKey, sizeBytes: number): SegmentBytes {
    // Where its pages were when last read: most reads are of a page that is kept, and should cost next to nothing.
    const last: (KeptPage | undefined)[] = [];
    return {
      sizeBytes,
      read: (start, end) => this.#read(key, sizeBytes, start, end),
      readNow: (start, end) => this.#readNow(key, sizeBytes, start, end, last),
    };
  }

  /** What nobody will ask for again. */
  forget(key: ObjectKey, sizeBytes: number): void {
    for (let page = 0; page * PAGE_BYTES < sizeBytes; page += 1) this.#drop(`${key} ${page}`);
  }

  #readNow(
    key: ObjectKey,
    sizeBytes: number,
    start: number,
    end: number,
    last: (KeptPage | undefined)[],
  ): Uint8Array | undefined {
    if (start < 0 || end < start || end > sizeBytes) throw new DamagedSegmentError(`${key} is too short`);
    const first = Math.floor(start / PAGE_BYTES);
    const behind = Math.max(first + 1, Math.ceil(end / PAGE_BYTES));
    const pages: Uint8Array[] = [];
    for (let page = first; page < behind; page += 1) {
      let kept = last[page];
      if (!kept?.isKept) {
        kept = this.#pages.get(`${key} ${page}`);
        last[page] = kept;
        if (!kept) return undefined;
      }
      kept.wasRead = true;
      pages.push(kept.bytes);
    }
    const [page] = pages;
    const whole = pages.length === 1 && page ? page : Buffer.concat(pages);
    return whole.subarray(start - first * PAGE_BYTES, end - first * PAGE_BYTES);
  }

  async #read(key: ObjectKey, sizeBytes: number, start: number, end: number): Promise<Uint8Array> {
    if (start < 0 || end < start || end > sizeBytes) throw new DamagedSegmentError(`${key} is too short`);
    if (end - start > MOST_KEPT_AT_ONCE) return await this.#fetch(key, sizeBytes, start, end);
    const first = Math.floor(start / PAGE_BYTES);
    const last = Math.max(first, Math.ceil(end / PAGE_BYTES) - 1);
    const only = first === last ? this.#kept(`${key} ${first}`) : undefined;
    if (only) return only.subarray(start - first * PAGE_BYTES, end - first * PAGE_BYTES);
    const pages = await Promise.all(this.#pagesOf(key, sizeBytes, first, last));
    const [page] = pages;
    const whole = pages.length === 1 && page ? page : Buffer.concat(pages);
    return whole.subarray(start - first * PAGE_BYTES, end - first * PAGE_BYTES);
  }

  /** Pages that are missing are fetched by one request for each run of them. */
  #pagesOf(key: ObjectKey, sizeBytes: number, first: number, last: number): Promise<Uint8Array>[] {
    const pages: Promise<Uint8Array>[] = [];
    let missing = 0;
    for (let page = first; page <= last; page += 1) {
      const name = `${key} ${page}`;
      const there = this.#kept(name) ?? this.#underWay.get(name);
      if (!there) {
        missing += 1;
        continue;
      }
      pages.push(...this.#fetchPages(key, sizeBytes, page - missing, missing), Promise.resolve(there));
      missing = 0;
    }
    return [...pages, ...this.#fetchPages(key, sizeBytes, last + 1 - missing, missing)];
  }

  #fetchPages(key: ObjectKey, sizeBytes: number, first: number, count: number): readonly Promise<Uint8Array>[] {
    if (count === 0) return [];
    const start = first * PAGE_BYTES;
    const fetched = this.#fetch(key, sizeBytes, start, Math.min(sizeBytes, start + count * PAGE_BYTES));
    return Array.from({ length: count }, (_, page) => {
      const name = `${key} ${first + page}`;
      const one = fetched.then((bytes) => {
        // A copy, so that a page that is kept does not keep those beside it.
        const kept = count === 1 ? bytes : bytes.slice(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
        this.#keep(name, kept);
        return kept;
      });
      this.#underWay.set(name, one);
      const done = () => void this.#underWay.delete(name);
      one.then(done, done);
      return one;
    });
  }

  async #fetch(key: ObjectKey, sizeBytes: number, start: number, end: number): Promise<Uint8Array> {
    const object = await this.#ports.derived.get(key, { start, end });
    if (!object) throw new DamagedSegmentError(`${key} is missing`);
    if (object.sizeBytes !== sizeBytes || object.body.length !== end - start) {
      throw new DamagedSegmentError(`${key} has another size`);
    }
    return object.body;
  }

  #kept(name: string): Uint8Array | undefined {
    const page = this.#pages.get(name);
    if (!page) return undefined;
    page.wasRead = true;
    return page.bytes;
  }

  #keep(name: string, bytes: Uint8Array): void {
    this.#drop(name);
    this.#pages.set(name, { bytes, isKept: true, wasRead: false });
    this.#bytes += bytes.length;
    for (const [oldest, page] of this.#pages) {
      if (this.#bytes <= this.#maxBytes) return;
      if (page.wasRead && oldest !== name) {
        page.wasRead = false;
        this.#pages.delete(oldest);
        this.#pages.set(oldest, page);
      } else this.#drop(oldest);
    }
  }

  #drop(name: string): void {
    const page = this.#pages.get(name);
    if (!page) return;
    this.#bytes -= page.bytes.length;
    page.bytes = NOTHING;
    page.isKept = false;
    this.#pages.delete(name);
  }
}

const NOTHING = new Uint8Array();
