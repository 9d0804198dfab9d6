import type { Decoded } from './decoded.ts';
import type { EmbeddedFile } from './embedded-file.ts';

const LF = 0x0a;
/** Of a `begin` line. Stops names of megabytes. */
const MAX_LINE = 1_000;
/** Some programs end each line in one or two. */
const CHECKSUM_CHARACTERS = 2;
/** What may stand at the end of a line and mean nothing. */
const BLANKS = new Set([0x20, 0x09, 0x0d, LF]);
const BEGIN = /^begin [0-7]{3,4}(?: (.*))?$/;

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

/**
 * The uuencoded file whose `begin` line begins at `start`, or `undefined` where what follows is not data line by line up
 * to its `end`, or holds no data: then it is prose. Lines may have lost their last spaces, or end in a checksum.
 */
export function uuencodedFileAt(text: Buffer, start: number): EmbeddedFile | undefined {
  const dataStart = nextLine(text, start);
  const end = endOfData(text, dataStart);
  if (end === undefined) return undefined;
  const begin = BEGIN.exec(text.toString('latin1', start, Math.min(dataStart, start + MAX_LINE)).trimEnd());
  if (!begin) return undefined;
  const encoded = text.subarray(start, end);
  return { start, end, name: (begin[1] ?? '').trimStart(), content: () => decodeUuencode(encoded).content };
}

/** Behind the `end` line that follows lines of data; `undefined` where another line does, or there is no data. */
function endOfData(text: Buffer, dataStart: number): number | undefined {
  let hasData = false;
  for (let at = dataStart, next = 0; at < text.length; at = next) {
    next = nextLine(text, at);
    let end = next;
    while (end > at && BLANKS.has(text[end - 1] ?? 0)) end--;
    if (end - at === 3 && text.toString('latin1', at, end) === 'end') return hasData ? next : undefined;
    if (!isData(text, at, end)) return undefined;
    hasData ||= end > at && value(text[at]) > 0;
  }
  return undefined;
}

function isData(text: Buffer, start: number, end: number): boolean {
  if (end - start > 1 + 4 * Math.ceil(value(text[start]) / 3) + CHECKSUM_CHARACTERS) return false;
  for (let index = start; index < end; index++) {
    const byte = text[index] ?? 0;
    if (byte < 0x20 || byte > 0x60) return false;
  }
  return true;
}

function nextLine(text: Buffer, from: number): number {
  const found = text.indexOf(LF, from);
  return found < 0 ? text.length : found + 1;
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
