import { filenameOf } from './filename.ts';
import type { Part } from './part.ts';

/**
 * The attachments of a message in the order of their numbers: depth first, every leaf but the body's text and HTML, and
 * nested messages, of which each is one and is not entered.
 */
export function attachmentParts(root: Part): Part[] {
  const found: Part[] = [];
  collect(root, found);
  return found;
}

/** The leaves people read as the body: plain text and HTML without a filename, not declared attachments. */
export function isBodyText(part: Part): boolean {
  if (part.kind !== 'leaf' || (part.type !== 'text/plain' && part.type !== 'text/html')) return false;
  return part.disposition?.value !== 'attachment' && filenameOf(part) === '';
}

function collect(part: Part, found: Part[]): void {
  if (part.kind === 'multipart') for (const child of part.children) collect(child, found);
  else if (!isBodyText(part)) found.push(part);
}
