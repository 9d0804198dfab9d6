import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { DamagedError } from '../errors.ts';

/**
 * One object of the archive log, format 1: a zstd frame around lines of JSON. The first line names the
 * format, each further one is an entry.
 */
const FORMAT = 'letterlock-log/1';

export function encodeLogObject(entries: readonly object[]): Buffer {
  const lines = [{ format: FORMAT }, ...entries].map((line) => JSON.stringify(line));
  return zstdCompressSync(`${lines.join('\n')}\n`);
}

/** The entries, parsed; `key` is for the error. Throws `DamagedError` for anything that `encodeLogObject` did not write. */
export function decodeLogObject(key: string, stored: Uint8Array): readonly unknown[] {
  let lines: readonly unknown[];
  try {
    const text = zstdDecompressSync(stored).toString('utf8');
    lines = text
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
  } catch (cause) {
    throw new DamagedError(key, 'it cannot be read', { cause });
  }
  const [first, ...entries] = lines;
  if (JSON.stringify(first) !== JSON.stringify({ format: FORMAT })) {
    throw new DamagedError(key, 'it does not begin as a log object of a known format');
  }
  return entries;
}
