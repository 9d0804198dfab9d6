import { decodeStrictly, isUtf8Already } from './charset.ts';
import type { Decoded } from './decoded.ts';
import { encodedBody, type Part } from './part.ts';
import { decodeTransferEncoding } from './transfer-encoding.ts';

/** What of a leaf counts for the fingerprint. */
export interface CanonicalContent {
  /** `text`: UTF-8; `labelled`: text whose charset could not be decoded; `binary`: everything else. */
  readonly kind: 'text' | 'labelled' | 'binary';
  readonly bytes: Buffer;
}

const LF = 0x0a;
const CR = 0x0d;

/** The charset parameter of a part, lower case; `us-ascii` where there is none (RFC 2045, 5.2). */
export function charsetOf(part: Part): string {
  return part.contentType.parameters.get('charset')?.trim().toLowerCase() || 'us-ascii';
}

/** The content of a leaf without its transfer encoding. */
export function decodedContent(part: Part): Decoded {
  return decodeTransferEncoding(encodedBody(part), part.encoding);
}

/**
 * Brings decoded content into the form that does not depend on how it was sent: text in UTF-8 where its charset is
 * known and its bytes are valid, line ends as LF, none of them at the end; other content as it is.
 */
export function canonicalContent(part: Part, content: Buffer): CanonicalContent {
  if (!isLineOriented(part.type)) return { kind: 'binary', bytes: content };
  const charset = charsetOf(part);
  if (isUtf8Already(content, charset)) return { kind: 'text', bytes: canonicalLineEnds(content) };
  const text = decodeStrictly(content, charset);
  if (text === undefined) return { kind: 'labelled', bytes: canonicalLineEnds(content) };
  return { kind: 'text', bytes: canonicalLineEnds(Buffer.from(text, 'utf8')) };
}

/** Text, and the reports and message fragments that RFC 2046, 5.2 and RFC 3464 write in lines. */
function isLineOriented(type: string): boolean {
  return type.startsWith('text/') || type.startsWith('message/');
}

/** CRLF and lone CR become LF; line ends at the end go. May share the memory of `content`. */
function canonicalLineEnds(content: Buffer): Buffer {
  let end = content.length;
  while (end > 0 && (content[end - 1] === LF || content[end - 1] === CR)) end--;
  const first = content.indexOf(CR);
  if (first < 0 || first >= end) return content.subarray(0, end);
  const result = Buffer.allocUnsafe(end);
  let length = content.copy(result, 0, 0, first);
  for (let index = first; index < end; index++) {
    const byte = content[index] ?? 0;
    if (byte !== CR) result[length++] = byte;
    else {
      result[length++] = LF;
      if (content[index + 1] === LF) index++;
    }
  }
  return result.subarray(0, length);
}
