import { filenameOf } from './filename.ts';
import type { Part } from './part.ts';

/** The leaves people read as the body: plain text and HTML without a filename, not declared attachments. */
export function isBodyText(part: Part): boolean {
  if (part.kind !== 'leaf' || (part.type !== 'text/plain' && part.type !== 'text/html')) return false;
  return part.disposition?.value !== 'attachment' && filenameOf(part) === '';
}
