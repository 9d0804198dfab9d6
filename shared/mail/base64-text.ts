import { decodeBase64 } from './base64.ts';

const LF = 0x0a;
const NOT_BASE64 = /[^A-Za-z0-9+/=\s]/;
const FULL_LINE = /^[A-Za-z0-9+/]{60,}\r?$/m;

/**
 * Text in base64 to which plain lines were appended, as mailing lists do with their footers; `undefined` where that is
 * not what it is: the lines from the first that cannot be base64 are the footer, unless there is more base64 behind it.
 */
export function decodeBase64WithFooter(encoded: Buffer): Buffer | undefined {
  const text = encoded.toString('latin1');
  const stray = text.search(NOT_BASE64);
  if (stray < 0) return undefined;
  const footerStart = encoded.lastIndexOf(LF, stray) + 1;
  if (footerStart === 0 || FULL_LINE.test(text.slice(footerStart))) return undefined;
  const { content } = decodeBase64(encoded.subarray(0, footerStart));
  if (content.length === 0) return undefined;
  return Buffer.concat([content, Buffer.from(content.at(-1) === LF ? '' : '\n'), encoded.subarray(footerStart)]);
}
