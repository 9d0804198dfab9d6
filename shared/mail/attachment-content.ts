import { decodedContent } from './leaf-content.ts';
import type { Part } from './part.ts';

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/**
 * What a reader gets as the content of an attachment of `original`: without transfer encoding; where there is none, as
 * for most nested messages, the exact bytes of the original.
 */
export function attachmentContent(part: Part, original: Uint8Array): Uint8Array {
  if (part.encoding !== 'identity') return decodedContent(part).content;
  return original.subarray(part.section.bodyStart, endOfContent(part, original));
}

/**
 * Without the line end that belongs to the delimiter behind it (RFC 2046, 5.1.1), which a nested message has where the
 * last line of its own is a delimiter too.
 */
function endOfContent({ kind, section, bodyEnd }: Part, original: Uint8Array): number {
  const isDelimited = original[bodyEnd] === DASH && original[bodyEnd - 1] === LF && bodyEnd > section.bodyStart;
  if (kind !== 'nested-message' || !isDelimited) return bodyEnd;
  return original[bodyEnd - 2] === CR ? bodyEnd - 2 : bodyEnd - 1;
}
