import type { Attachment } from './attachment.ts';
import { openMessage } from './open-message.ts';
import type { Part } from './part.ts';

/**
 * The attachments of a message in the order of their numbers, depth first: every leaf but the body's text and HTML,
 * nested messages, of which each is one and is not entered, and, behind the part that holds them, the files in
 * winmail.dat, in signed content and in text. `original` are the exact bytes, where they are not those of the tree.
 */
export function attachmentParts(root: Part, original?: Uint8Array): readonly Attachment[] {
  return openMessage(root, original).attachments;
}
