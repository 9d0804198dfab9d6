import { decodedContent } from './leaf-content.ts';
import type { Part } from './part.ts';

/**
 * What a reader gets as the content of an attachment of `original`: without transfer encoding; where there is none, as
 * for most nested messages, the exact bytes of the original.
 */
export function attachmentContent(part: Part, original: Uint8Array): Uint8Array {
  if (part.encoding !== 'identity') return decodedContent(part).content;
  return original.subarray(part.section.bodyStart, part.bodyEnd);
}
