import { DamagedSegmentError } from '../../errors.ts';
import type { SegmentBytes } from './segment.ts';

/** A stored object that is in memory as a whole. */
export function memoryBytes(bytes: Uint8Array): SegmentBytes {
  return {
    sizeBytes: bytes.byteLength,
    async read(start, end) {
      if (start < 0 || end < start || end > bytes.byteLength) throw new DamagedSegmentError('a part is missing');
      return bytes.subarray(start, end);
    },
  };
}
