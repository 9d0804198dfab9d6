import { DamagedSegmentError } from '../../errors.ts';
import type { SegmentBytes } from './segment.ts';

/** A stored object that is in memory as a whole. */
export function memoryBytes(bytes: Uint8Array): SegmentBytes {
  const readNow = (start: number, end: number): Uint8Array => {
    if (start < 0 || end < start || end > bytes.byteLength) throw new DamagedSegmentError('a part is missing');
    return bytes.subarray(start, end);
  };
  return { sizeBytes: bytes.byteLength, readNow, read: async (start, end) => readNow(start, end) };
}
