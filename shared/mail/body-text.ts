/** The text of a message's body in each of its forms; `undefined` where it has none of that form. */
export interface BodyText {
  readonly text: string | undefined;
  readonly html: string | undefined;
}

/** What people read of a message, part by part, in the order of the parts; not decoded before it is read. */
export type BodyPart =
  | { readonly kind: 'text' | 'html'; readonly read: () => string }
  | { readonly kind: 'alternative' | 'mixed'; readonly children: readonly BodyPart[] };

/** A body whose texts have been read; those without a character are left out. */
type ReadPart =
  | { readonly kind: 'text' | 'html'; readonly content: string }
  | { readonly kind: 'alternative' | 'mixed'; readonly children: readonly ReadPart[]; readonly hasHtml: boolean };

/**
 * The body as two texts: the plain parts, joined, and, where there is any HTML, the HTML parts, with the plain ones that
 * have no HTML alternative (as the footers of mailing lists) between them.
 */
export function bodyTextOf(body: BodyPart): BodyText {
  const read = readPart(body);
  const texts: string[] = [];
  const htmls: string[] = [];
  collect(read, { texts, htmls: hasHtml(read) ? htmls : undefined });
  return { text: joined(texts, '\n'), html: joined(htmls, '<br/>\n') };
}

/** Whether there is anything to read. */
export function isBlank({ text, html }: BodyText): boolean {
  return (text === undefined || text.trim() === '') && (html === undefined || html.trim() === '');
}

function readPart(part: BodyPart): ReadPart {
  if ('read' in part) return { kind: part.kind, content: part.read() };
  const children = part.children.map(readPart);
  return { kind: part.kind, children, hasHtml: children.some(hasHtml) };
}

function hasHtml(part: ReadPart): boolean {
  return 'children' in part ? part.hasHtml : part.kind === 'html' && part.content !== '';
}

function collect(part: ReadPart, into: { texts: string[]; htmls: string[] | undefined }): void {
  if ('children' in part) {
    const chooses = part.kind === 'alternative' && part.hasHtml;
    for (const child of part.children) {
      collect(child, chooses && !hasHtml(child) ? { texts: into.texts, htmls: undefined } : into);
    }
  } else if (part.content === '') return;
  else if (part.kind === 'html') into.htmls?.push(part.content);
  else {
    into.texts.push(part.content);
    into.htmls?.push(asHtml(part.content));
  }
}

function asHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<p>${escaped.trimEnd().replaceAll('\n', '<br/>\n')}</p>`;
}

function joined(texts: readonly string[], separator: string): string | undefined {
  return texts.length === 0 ? undefined : texts.join(separator);
}
