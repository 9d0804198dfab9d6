import { DamagedSegmentError } from '../../errors.ts';
import { overrun } from './byte-reader.ts';
import { POSTINGS_BLOCK } from './format.ts';
import type { Postings } from './segment.ts';

/** The documents of a term in a field, and where the positions of each block of them are. */
export interface DecodedPostings extends Postings {
  /** In bytes from the start of the positions: one more than blocks; empty where there is but one block. */
  readonly blockStarts: Uint32Array;
}

/**
 * Reads what `PostingsList.write` wrote for `count` documents below `documentCount`. Throws `DamagedSegmentError`
 * where `bytes` are something else.
 */
export function readPostings(bytes: Uint8Array, count: number, documentCount: number): DecodedPostings {
  if (count > bytes.length || count > documentCount) overrun();
  const documents = new Uint32Array(count);
  const frequencies = new Uint32Array(count);
  const { blockStarts, end } = readBlockStarts(bytes, count);
  let at = end;
  let document = -1;
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++] ?? overrun();
    let value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      if (shift > 28) tooLarge();
      byte = bytes[at++] ?? overrun();
      value |= (byte & 127) << shift;
    }
    document += (value >>> 1) + 1;
    documents[i] = document;
    if ((value & 1) === 1) {
      frequencies[i] = 1;
      continue;
    }
    byte = bytes[at++] ?? overrun();
    value = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      if (shift > 28) tooLarge();
      byte = bytes[at++] ?? overrun();
      value |= (byte & 127) << shift;
    }
    frequencies[i] = (value >>> 0) + 2;
  }
  if (document >= documentCount || at !== bytes.length) throw new DamagedSegmentError('postings of other messages');
  return { documents, frequencies, blockStarts };
}

function readBlockStarts(
  bytes: Uint8Array,
  count: number,
): { readonly blockStarts: Uint32Array; readonly end: number } {
  if (count <= POSTINGS_BLOCK) return { blockStarts: NO_BLOCKS, end: 0 };
  const blocks = Math.ceil(count / POSTINGS_BLOCK);
  const blockStarts = new Uint32Array(blocks + 1);
  let at = 0;
  for (let block = 0, start = 0; block < blocks; block++) {
    let byte = bytes[at++] ?? overrun();
    let length = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      if (shift > 21) tooLarge();
      byte = bytes[at++] ?? overrun();
      length |= (byte & 127) << shift;
    }
    blockStarts[block + 1] = start += length;
  }
  return { blockStarts, end: at };
}

function tooLarge(): never {
  throw new DamagedSegmentError('a number is too large');
}

const NO_BLOCKS = new Uint32Array();
