import { crc32 } from 'node:zlib';
import { PAGE_BYTES } from './format.ts';

/** CRC-32 of each page of what the parts give one behind the other. */
export function pageChecksums(parts: readonly Uint8Array[]): number[] {
  const checksums: number[] = [];
  let checksum = 0;
  let filled = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; ) {
      const end = Math.min(part.length, start + PAGE_BYTES - filled);
      checksum = crc32(part.subarray(start, end), checksum);
      filled += end - start;
      start = end;
      if (filled < PAGE_BYTES) continue;
      checksums.push(checksum);
      checksum = filled = 0;
    }
  }
  return filled > 0 ? [...checksums, checksum] : checksums;
}
