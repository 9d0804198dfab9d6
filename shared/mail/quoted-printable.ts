import type { Decoded } from './decoded.ts';

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Decodes quoted-printable (RFC 2045, 6.7): soft line breaks go, whitespace at line ends goes (rule 3). Hexadecimal
 * digits may be lower case; `=` before anything else is an anomaly and stays as it is.
 */
export function decodeQuotedPrintable(encoded: Buffer): Decoded {
  const content = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  /** Where the line would end if it ended here: behind its last byte that is not literal whitespace. */
  let kept = 0;
  let malformed = false;
  for (let index = 0; index < encoded.length; index++) {
    const byte = encoded[index] ?? 0;
    if (byte === EQUALS) {
      const high = hexDigit(encoded[index + 1]);
      const low = hexDigit(encoded[index + 2]);
      if (high >= 0 && low >= 0) {
        content[length++] = high * 16 + low;
        index += 2;
      } else {
        const next = behindSoftBreak(encoded, index + 1);
        if (next < 0) {
          malformed = true;
          content[length++] = byte;
        } else {
          index = next - 1;
        }
      }
      kept = length;
    } else if (byte === LF || (byte === CR && encoded[index + 1] === LF)) {
      length = kept;
      content[length++] = byte;
      if (byte === CR) {
        content[length++] = LF;
        index++;
      }
      kept = length;
    } else {
      content[length++] = byte;
      if (byte !== 0x20 && byte !== 0x09) kept = length;
    }
  }
  const decoded = content.subarray(0, kept);
  return malformed ? { content: decoded, anomaly: 'malformed_quoted_printable' } : { content: decoded };
}

/** The offset behind the line end that follows `=`, with whitespace some gateways add between; -1 if there is none. */
function behindSoftBreak(encoded: Buffer, from: number): number {
  let index = from;
  while (encoded[index] === 0x20 || encoded[index] === 0x09) index++;
  if (index >= encoded.length) return index;
  if (encoded[index] === CR) index++;
  return encoded[index] === LF || index >= encoded.length ? Math.min(index + 1, encoded.length) : -1;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}
