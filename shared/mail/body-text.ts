import { MAX_VIEW_CHARACTERS } from './limits.ts';

/** The text of a message's body in each of its forms; `undefined` where it has none of that form. */
export interface BodyText {
  readonly text: string | undefined;
  readonly html: string | undefined;
}

/** What people read of a message, part by part, in the order of the parts; not decoded before it is read. */
export type BodyPart =
  | { readonly kind: 'text' | 'html'; readonly read: () => string }
  | { readonly kind: 'alternative' | 'mixed'; readonly children: readonly BodyPart[] };

/** A body whose HTML has been read; the texts are read one by one, and no more of them than are shown. */
type ReadPart =
  | { readonly kind: 'text'; readonly read: () => string }
  | { readonly kind: 'html'; readonly content: string }
  | { readonly kind: 'alternative' | 'mixed'; readonly children: readonly ReadPart[]; readonly hasHtml: boolean };

/**
 * The body as two texts: the plain parts, joined, and, where there is any HTML, the HTML parts, with the plain ones that
 * have no HTML alternative (as the footers of mailing lists) between them. Of each, the parts up to the one that goes
 * beyond `MAX_VIEW_CHARACTERS`.
 */
export function bodyTextOf(body: BodyPart): BodyText {
  const read = readPart(body, { length: 0 });
  const texts = new Pieces();
  const htmls = new Pieces();
  collect(read, { texts, htmls: hasHtml(read) ? htmls : undefined });
  return { text: texts.joined('\n'), html: htmls.joined('<br/>\n') };
}

/** Pieces of a text up to what a view shows. Stops thousands of megabytes that would be joined to be cut. */
class Pieces {
  readonly #pieces: string[] = [];
  #length = 0;

  get isFull(): boolean {
    return this.#length > MAX_VIEW_CHARACTERS;
  }

  push(piece: string): void {
    if (this.isFull) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  joined(separator: string): string | undefined {
    return this.#pieces.length === 0 ? undefined : this.#pieces.join(separator);
  }
}

/** Whether there is anything to read. */
export function isBlank({ text, html }: BodyText): boolean {
  return (text === undefined || text.trim() === '') && (html === undefined || html.trim() === '');
}

/** `html` counts the HTML that is kept: of what would be cut off anyway only is told that there was some. */
function readPart(part: BodyPart, html: { length: number }): ReadPart {
  if (!('read' in part)) {
    const children = part.children.map((child) => readPart(child, html));
    return { kind: part.kind, children, hasHtml: children.some(hasHtml) };
  }
  if (part.kind === 'text') return { kind: 'text', read: part.read };
  const content = part.read();
  const kept = html.length > MAX_VIEW_CHARACTERS ? content && ' ' : content;
  html.length += kept.length;
  return { kind: 'html', content: kept };
}

function hasHtml(part: ReadPart): boolean {
  return 'children' in part ? part.hasHtml : part.kind === 'html' && part.content !== '';
}

function collect(part: ReadPart, into: { readonly texts: Pieces; readonly htmls: Pieces | undefined }): void {
  if ('children' in part) {
    const chooses = part.kind === 'alternative' && part.hasHtml;
    for (const child of part.children) {
      collect(child, chooses && !hasHtml(child) ? { texts: into.texts, htmls: undefined } : into);
    }
  } else if (part.kind === 'html') {
    if (part.content !== '') into.htmls?.push(part.content);
  } else {
    if (into.texts.isFull && into.htmls?.isFull !== false) return;
    const content = part.read();
    if (content === '') return;
    into.texts.push(content);
    into.htmls?.push(asHtml(content.slice(0, MAX_VIEW_CHARACTERS + 1)));
  }
}

function asHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<p>${escaped.trimEnd().replaceAll('\n', '<br/>\n')}</p>`;
}
