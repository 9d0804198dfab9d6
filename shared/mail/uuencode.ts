import type { Decoded } from './decoded.ts';

const LF = 0x0a;

/**
 * Decodes a body of the transfer encoding `x-uuencode` (POSIX uuencode): the lines between `begin <mode> <name>` and
 * `end`. Without both of them, or with a line shorter than its length says, it is an anomaly.
 */
export function decodeUuencode(encoded: Buffer): Decoded {
  const content = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  let begun = false;
  let ended = false;
  let malformed = false;
  for (let start = 0; start < encoded.length && !ended; ) {
    const found = encoded.indexOf(LF, start);
    const next = found < 0 ? encoded.length : found + 1;
    if (!begun) begun = encoded.toString('latin1', start, start + 6) === 'begin ';
    else if (/^end\s*$/.test(encoded.toString('latin1', start, Math.min(next, start + 10)))) ended = true;
    else {
      const size = value(encoded[start]);
      if (4 * Math.ceil(size / 3) > next - start) malformed = true;
      length = decodeLine(encoded.subarray(start + 1, next), size, content, length);
    }
    start = next;
  }
  if (!begun) return { content: encoded, anomaly: 'malformed_uuencode' };
  const decoded = content.subarray(0, length);
  return malformed || !ended ? { content: decoded, anomaly: 'malformed_uuencode' } : { content: decoded };
}

/** Writes `size` bytes, four characters to three of them; answers the new length of `content`. */
function decodeLine(line: Buffer, size: number, content: Buffer, length: number): number {
  let written = length;
  let read = 0;
  for (let left = size; left > 0; left -= 3, read += 4) {
    const bits =
      (value(line[read]) << 18) | (value(line[read + 1]) << 12) | (value(line[read + 2]) << 6) | value(line[read + 3]);
    for (let index = 0; index < Math.min(3, left); index++) content[written++] = (bits >> (16 - 8 * index)) & 0xff;
  }
  return Math.min(written, content.length);
}

/** Of one character, of which a space and a backtick both mean 0; line ends count as lost trailing spaces. */
function value(byte: number | undefined): number {
  return byte === undefined || byte < 0x20 || byte > 0x60 ? 0 : (byte - 0x20) & 0x3f;
}
