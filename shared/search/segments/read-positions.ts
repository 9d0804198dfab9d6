import { DamagedSegmentError } from '../../errors.ts';
import { overrun } from './byte-reader.ts';
import type { CheckedBytes } from './checked-bytes.ts';
import { POSTINGS_BLOCK } from './format.ts';
import { GrowableUint32 } from './growable-uint32.ts';
import type { DecodedPostings } from './read-postings.ts';
import type { Positions } from './segment.ts';

/** What lies between two blocks that are wanted is read with them up to this. */
const GAP_BYTES = 32 * 1024;

/** The positions in `documents`, ascending and all in `postings`, whose positions lie in `[start, end)` of the file. */
export async function readPositions(
  bytes: CheckedBytes,
  start: number,
  end: number,
  postings: DecodedPostings,
  documents: Uint32Array,
): Promise<Positions> {
  const wanted = placesOf(documents, postings.documents);
  const runs = runsOf(wanted, postings.blockStarts, end - start);
  const parts = await Promise.all(runs.map((run) => bytes.read(start + run.start, start + run.end)));
  const starts = new Uint32Array(documents.length + 1);
  const values = new GrowableUint32(Math.max(16, documents.length * 2));
  let i = 0;
  for (const [index, run] of runs.entries()) {
    const reader = new PositionReader(parts[index] ?? overrun(), run.start, postings);
    for (; i < wanted.length && Math.floor((wanted[i] ?? 0) / POSTINGS_BLOCK) < run.endBlock; i++) {
      reader.read(wanted[i] ?? 0, values);
      starts[i + 1] = values.length;
    }
  }
  return { starts, values: values.view() };
}

/** Where each document stands in the postings. */
function placesOf(documents: Uint32Array, all: Uint32Array): Uint32Array {
  if (documents.length === all.length) return documents.map((_, place) => place);
  const places = new Uint32Array(documents.length);
  let place = 0;
  for (let i = 0; i < documents.length; i++) {
    const document = documents[i] ?? 0;
    let step = 1;
    // Steps that double, then halving: a few documents in long postings are found without walking through them.
    while (place + step < all.length && (all[place + step] ?? 0) <= document) step *= 2;
    let low = place + (step >>> 1);
    let high = Math.min(place + step, all.length);
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((all[middle] ?? 0) <= document) low = middle;
      else high = middle;
    }
    if (all[low] !== document) throw new RangeError('positions of a message that does not have the term');
    places[i] = low;
    place = low;
  }
  return places;
}

interface Run {
  readonly start: number;
  end: number;
  endBlock: number;
}

/** Ranges of bytes that hold the blocks of all places. */
function runsOf(places: Uint32Array, blockStarts: Uint32Array, sizeBytes: number): readonly Run[] {
  if (blockStarts.length === 0) return places.length === 0 ? [] : [{ start: 0, end: sizeBytes, endBlock: 1 }];
  const runs: Run[] = [];
  let last: Run | undefined;
  for (const place of places) {
    const block = Math.floor(place / POSTINGS_BLOCK);
    if (last && block < last.endBlock) continue;
    const start = blockStarts[block] ?? overrun();
    const end = blockStarts[block + 1] ?? overrun();
    if (end > sizeBytes) overrun();
    if (last && start - last.end <= GAP_BYTES) {
      last.end = end;
      last.endBlock = block + 1;
    } else {
      last = { start, end, endBlock: block + 1 };
      runs.push(last);
    }
  }
  return runs;
}

/** Reads positions of places in ascending order, skipping those between. */
class PositionReader {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #postings: DecodedPostings;
  #at = 0;
  /** The place whose positions are at `#at`. */
  #place = -1;

  constructor(bytes: Uint8Array, start: number, postings: DecodedPostings) {
    this.#bytes = bytes;
    this.#start = start;
    this.#postings = postings;
  }

  read(place: number, values: GrowableUint32): void {
    const firstOfBlock = place - (place % POSTINGS_BLOCK);
    if (this.#place < firstOfBlock) {
      this.#place = firstOfBlock;
      const blockStart = this.#postings.blockStarts[firstOfBlock / POSTINGS_BLOCK] ?? 0;
      this.#at = blockStart - this.#start;
    }
    const { frequencies } = this.#postings;
    let skipped = 0;
    for (; this.#place < place; this.#place++) skipped += frequencies[this.#place] ?? 0;
    this.#skip(skipped);
    this.#readOne(frequencies[place] ?? 0, values);
    this.#place++;
  }

  #skip(count: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let left = count; left > 0; ) if ((bytes[at++] ?? overrun()) < 128) left--;
    this.#at = at;
  }

  #readOne(frequency: number, values: GrowableUint32): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let position = 0;
    for (let left = frequency; left > 0; left--) {
      let byte = bytes[at++] ?? overrun();
      let value = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        if (shift > 28) throw new DamagedSegmentError('a number is too large');
        byte = bytes[at++] ?? overrun();
        value |= (byte & 127) << shift;
      }
      position += value;
      values.push(position);
    }
    this.#at = at;
  }
}
