import { isBodyText } from './attachment-parts.ts';
import { decodeLeniently } from './charset.ts';
import { charsetOf, decodedContent } from './leaf-content.ts';
import type { Part } from './part.ts';

/** The text of a message's body in each of its forms; `undefined` where it has none of that form. */
export interface BodyText {
  readonly text: string | undefined;
  readonly html: string | undefined;
}

/**
 * The body of a message by our own reading: its plain text and its HTML leaves, each joined in order. For mail on
 * which the mail parser gives up, or of which it shows nothing.
 */
export function bodyTextOf(root: Part): BodyText {
  const texts = new Map<string, string[]>();
  collect(root, texts);
  return { text: texts.get('text/plain')?.join('\n'), html: texts.get('text/html')?.join('<br/>\n') };
}

function collect(part: Part, texts: Map<string, string[]>): void {
  if (part.kind === 'multipart') for (const child of part.children) collect(child, texts);
  else if (isBodyText(part)) {
    const text = decodeLeniently(decodedContent(part).content, charsetOf(part));
    const others = texts.get(part.type);
    if (others) others.push(text);
    else texts.set(part.type, [text]);
  }
}
