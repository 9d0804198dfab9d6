import { DamagedSegmentError } from '../../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { ValueColumn } from './segment.ts';

/** A column of the values of each document in turn; values ascending by UTF-16 unit, each once. */
export function valueColumn(documents: readonly (readonly string[])[]): ValueColumn {
  const values = [...new Set(documents.flat())].sort();
  const ordinalOf = new Map(values.map((value, ordinal) => [value, ordinal]));
  const starts = new Uint32Array(documents.length + 1);
  const ordinals = new Uint32Array(documents.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const [document, its] of documents.entries()) {
    for (const value of its) ordinals[at++] = ordinalOf.get(value) ?? 0;
    starts[document + 1] = at;
  }
  return { values, starts, ordinals };
}

/** The values of one document. */
export function valuesOf({ values, starts, ordinals }: ValueColumn, document: number): readonly string[] {
  const its: string[] = [];
  for (let i = starts[document] ?? 0; i < (starts[document + 1] ?? 0); i++) its.push(values[ordinals[i] ?? 0] ?? '');
  return its;
}

/**
 * The number of values; each as what it shares with the one before (in UTF-8 bytes) and the rest; then for each
 * document 0, or for each of its values twice its ordinal plus two, plus one where another follows.
 */
export function writeValueColumn(out: ByteWriter, { values, starts, ordinals }: ValueColumn): void {
  out.varint(values.length);
  let last: Uint8Array = new Uint8Array();
  for (const value of values) {
    const bytes = encoder.encode(value);
    let shared = 0;
    while (shared < last.length && shared < bytes.length && last[shared] === bytes[shared]) shared++;
    out.varint(shared);
    out.varint(bytes.length - shared);
    out.raw(bytes, shared);
    last = bytes;
  }
  for (let document = 0; document + 1 < starts.length; document++) {
    const start = starts[document] ?? 0;
    const end = starts[document + 1] ?? 0;
    if (start === end) out.byte(0);
    for (let i = start; i < end; i++) out.varint(((ordinals[i] ?? 0) + 1) * 2 + (i + 1 < end ? 1 : 0));
  }
}

/** Throws `DamagedSegmentError` where it is not what `writeValueColumn` writes for so many documents. */
export function readValueColumn(reader: ByteReader, documentCount: number): ValueColumn {
  const values: string[] = [];
  let last = Buffer.alloc(0);
  for (let left = reader.count(2); left > 0; left--) {
    const shared = reader.varint();
    if (shared > last.length) throw new DamagedSegmentError('a value shares more than there is');
    last = Buffer.concat([last.subarray(0, shared), reader.raw(reader.varint())]);
    values.push(last.toString('utf8'));
  }
  const starts = new Uint32Array(documentCount + 1);
  const ordinals: number[] = [];
  for (let document = 0; document < documentCount; document++) {
    for (let code = reader.varint(); code !== 0; code = reader.varint()) {
      const ordinal = Math.floor(code / 2) - 1;
      if (ordinal < 0 || ordinal >= values.length) throw new DamagedSegmentError('a value is not there');
      ordinals.push(ordinal);
      if (code % 2 === 0) break;
    }
    starts[document + 1] = ordinals.length;
  }
  return { values, starts, ordinals: Uint32Array.from(ordinals) };
}

const encoder = new TextEncoder();
