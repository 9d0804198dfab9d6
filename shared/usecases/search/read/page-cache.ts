import { DamagedSegmentError } from '../../../errors.ts';
import type { ObjectKey } from '../../../ports/object-store.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { SegmentBytes } from '../../../search/segments/segment.ts';

/** Objects are fetched and kept in pages of this size: that of the pages which segments are checked by. */
const PAGE_BYTES = 65_536;
/** What is longer is fetched as it is asked for and not kept: whoever asks for it keeps what was made of it. */
const MOST_KEPT_AT_ONCE = 16 * PAGE_BYTES;

/** Pages of immutable objects that were read, those read last; a bounded number of bytes. */
export class PageCache {
  readonly #ports: Pick<Ports, 'derived'>;
  readonly #maxBytes: number;
  /** The one that was read last is last. */
  readonly #pages = new Map<string, Uint8Array>();
  readonly #underWay = new Map<string, Promise<Uint8Array>>();
  #bytes = 0;

  constructor(ports: Pick<Ports, 'derived'>, maxBytes: number) {
    this.#ports = ports;
    this.#maxBytes = maxBytes;
  }

  /** An object of that size, to be read by parts. */
  bytesOf(key: ObjectKey, sizeBytes: number): SegmentBytes {
    return { sizeBytes, read: (start, end) => this.#read(key, sizeBytes, start, end) };
  }

  /** What nobody will ask for again. */
  forget(key: ObjectKey, sizeBytes: number): void {
    for (let page = 0; page * PAGE_BYTES < sizeBytes; page += 1) this.#drop(`${key} ${page}`);
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
    this.#pages.delete(name);
    this.#pages.set(name, page);
    return page;
  }

  #keep(name: string, page: Uint8Array): void {
    this.#drop(name);
    this.#pages.set(name, page);
    this.#bytes += page.length;
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(name: string): void {
    this.#bytes -= this.#pages.get(name)?.length ?? 0;
    this.#pages.delete(name);
  }
}
