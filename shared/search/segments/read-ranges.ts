import type { SegmentBytes } from './segment.ts';

/** `start` inclusive, `end` exclusive. */
export type ByteRange = readonly [start: number, end: number];

/** What lies between two ranges is read with them up to this: less than what another request costs. */
const GAP_BYTES = 64 * 1024;
/** Ranges are read together up to this. */
const TOGETHER_BYTES = 1024 * 1024;

/** The bytes of these ranges, in the order asked: what is not in memory by few reads, all of them at once. */
export async function readRanges(
  bytes: Pick<SegmentBytes, 'read' | 'readNow'>,
  ranges: readonly ByteRange[],
): Promise<readonly Uint8Array[]> {
  const found: Uint8Array[] = [];
  const missing: number[] = [];
  for (let n = 0; n < ranges.length; n++) {
    const [start, end] = ranges[n] ?? NOTHING;
    const now = bytes.readNow?.(start, end);
    if (now) found[n] = now;
    else missing.push(n);
  }
  if (missing.length === 0) return found;
  const startOf = (n: number) => ranges[n]?.[0] ?? 0;
  missing.sort((a, b) => startOf(a) - startOf(b));
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const n of missing) {
    const [start, end] = ranges[n] ?? NOTHING;
    if (run && start - run.end <= GAP_BYTES && end - run.start <= TOGETHER_BYTES) {
      run.end = Math.max(run.end, end);
      run.members.push(n);
      continue;
    }
    run = { start, end, members: [n] };
    runs.push(run);
  }
  const parts = await Promise.all(runs.map(({ start, end }) => bytes.read(start, end)));
  for (const [index, { start, members }] of runs.entries()) {
    for (const n of members) {
      const [from, to] = ranges[n] ?? NOTHING;
      found[n] = parts[index]?.subarray(from - start, to - start) ?? new Uint8Array();
    }
  }
  return found;
}

interface Run {
  readonly start: number;
  end: number;
  readonly members: number[];
}

const NOTHING: ByteRange = [0, 0];
