import { DamagedSegmentError } from '../../errors.ts';
import { overrun } from './byte-reader.ts';
import type { CheckedBytes } from './checked-bytes.ts';
import { POSTINGS_BLOCK } from './format.ts';
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
  const parts: Uint8Array[] = [];
  for (const run of runs) {
    const now = bytes.readNow(start + run.start, start + run.end);
    if (!now) break;
    parts.push(now);
  }
  if (parts.length < runs.length) {
    parts.length = 0;
    parts.push(...(await Promise.all(runs.map((run) => bytes.read(start + run.start, start + run.end)))));
  }
  const { frequencies } = postings;
  const starts = new Uint32Array(documents.length + 1);
  let count = 0;
  for (let i = 0; i < wanted.length; i++) starts[i + 1] = count += frequencies[wanted[i] as number] as number;
  // A frequency is a promise: whatever it says, each position takes a byte.
  if (count > runs.reduce((sum, run) => sum + run.end - run.start, 0)) overrun();
  const values = new Uint32Array(count);
  for (let i = 0, index = 0; i < wanted.length; index++) {
    const run = runs[index] ?? overrun();
    const first = i;
    while (i < wanted.length && (wanted[i] as number) < run.endBlock * POSTINGS_BLOCK) i++;
    decode(parts[index] ?? overrun(), run.start, postings, wanted.subarray(first, i), values, starts[first] ?? 0);
  }
  return { starts, values };
}

/** Where each document stands in the postings. */
function placesOf(documents: Uint32Array, all: Uint32Array): Uint32Array {
  if (documents.length === all.length) return Uint32Array.from(documents.keys());
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

/** Writes the positions of places, ascending, into `values` from `to` on; `bytes` are those from `start` on. */
function decode(
  bytes: Uint8Array,
  start: number,
  { frequencies, blockStarts }: DecodedPostings,
  places: Uint32Array,
  values: Uint32Array,
  to: number,
): void {
  let at = 0;
  /** The place whose positions are at `at`. */
  let next = -1;
  let length = to;
  for (let n = 0; n < places.length; n++) {
    const place = places[n] as number;
    const firstOfBlock = place - (place % POSTINGS_BLOCK);
    if (next < firstOfBlock) {
      next = firstOfBlock;
      at = (blockStarts[firstOfBlock / POSTINGS_BLOCK] ?? 0) - start;
    }
    let skipped = 0;
    for (; next < place; next++) skipped += frequencies[next] as number;
    while (skipped > 0) if ((bytes[at++] ?? overrun()) < 128) skipped--;
    let position = 0;
    for (let left = frequencies[place] as number; left > 0; left--) {
      let byte = bytes[at++] ?? overrun();
      if (byte > 127) {
        let value = byte & 127;
        for (let shift = 7; byte > 127; shift += 7) {
          if (shift > 28) throw new DamagedSegmentError('a number is too large');
          byte = bytes[at++] ?? overrun();
          value |= (byte & 127) << shift;
        }
        position += value;
      } else position += byte;
      values[length++] = position;
    }
    next++;
  }
}
