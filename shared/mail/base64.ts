import type { Decoded } from './decoded.ts';

const OTHER = 0;
const DIGIT = 1;
const BLANK = 2;
const PADDING = 3;
const EQUALS = 0x3d;
const KINDS = kindsOfBytes();

/**
 * Decodes base64 (RFC 2045, 6.8). Line ends, spaces and tabs count for nothing. Characters outside the alphabet, a
 * missing quantum or padding, and data after padding are an anomaly; they are skipped, and data after padding is
 * decoded as well, as list software puts one encoded text behind the other.
 */
export function decodeBase64(encoded: Buffer): Decoded {
  let digits = 0;
  let padding = 0;
  let others = 0;
  let dataAfterPadding = false;
  for (let index = 0; index < encoded.length; index++) {
    const kind = KINDS[encoded[index] ?? 0];
    if (kind === DIGIT) {
      digits++;
      if (padding > 0) dataAfterPadding = true;
    } else if (kind === PADDING) padding++;
    else if (kind === OTHER) others++;
  }
  const isWhole = padding <= 2 && (digits + padding) % 4 === 0;
  if (isWhole && others === 0 && !dataAfterPadding) {
    return { content: Buffer.from(encoded.toString('latin1'), 'base64') };
  }
  const content = dataAfterPadding ? decodeQuanta(encoded) : Buffer.from(onlyDigits(encoded), 'base64');
  return { content, anomaly: 'malformed_base64' };
}

/** Decodes each padded run by itself. */
function decodeQuanta(encoded: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let start = 0; start < encoded.length; ) {
    const found = encoded.indexOf(EQUALS, start);
    const end = found < 0 ? encoded.length : found;
    if (end > start) chunks.push(Buffer.from(onlyDigits(encoded.subarray(start, end)), 'base64'));
    start = end + 1;
  }
  return Buffer.concat(chunks);
}

function onlyDigits(encoded: Buffer): string {
  const digits = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  for (const byte of encoded) if (KINDS[byte] === DIGIT) digits[length++] = byte;
  return digits.toString('latin1', 0, length);
}

function kindsOfBytes(): Uint8Array {
  const kinds = new Uint8Array(256);
  for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'))
    kinds[byte] = DIGIT;
  for (const byte of Buffer.from('\r\n\t ')) kinds[byte] = BLANK;
  kinds[EQUALS] = PADDING;
  return kinds;
}
