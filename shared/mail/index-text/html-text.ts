import { decodeHTML } from 'entities/decode';

/** Of one tag, its attributes. Stops tags of megabytes that are searched for attributes again and again. */
const MAX_TAG_CHARACTERS = 64 * 1024;

/** What begins and ends a line; the cells of a table stand in one line, apart. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form frame h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol optgroup option p pre section ' +
    'select summary table tbody textarea tfoot thead title tr ul'
  ).split(' '),
);
const CELLS = new Set(['td', 'th']);
/** Elements whose content is no text of the document. */
const NOT_TEXT = new Set(['script', 'style', 'xml', 'object', 'svg:style']);
const TAG_NAME = /[a-zA-Z][^\s/>]*/y;
const ALT = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i;
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i;
const LINK_HOST = /^\s*(?:https?|ftp):\/\/(?:[^/?#@\s]*@)?([^/?#:\s]+)/i;
const MAIL_LINK = /^\s*mailto:([^?\s]+)/i;

/**
 * The text of an HTML document for an index, blocks on lines of their own: all that can be seen, what styles hide
 * included (white on white, `display: none`), as somebody may look for just that; texts in the place of pictures; at
 * the end the hosts and addresses that links lead to. Not: comments, scripts, styles. Linear; never throws.
 */
export function htmlText(html: string): string {
  return new HtmlReader(html).read();
}

class HtmlReader {
  readonly #html: string;
  readonly #pieces: string[] = [];
  readonly #targets = new Set<string>();
  #position = 0;

  constructor(html: string) {
    this.#html = html;
  }

  read(): string {
    const html = this.#html;
    while (this.#position < html.length) {
      const open = html.indexOf('<', this.#position);
      const end = open < 0 ? html.length : open;
      if (end > this.#position) this.#text(html.slice(this.#position, end));
      this.#position = end;
      if (open >= 0) this.#markup(open);
    }
    return tidied([...this.#pieces, '\n', [...this.#targets].join('\n')].join(''));
  }

  #text(text: string): void {
    this.#pieces.push((text.includes('&') ? decodeHTML(text) : text).replace(/\s+/g, ' '));
  }

  #markup(open: number): void {
    const html = this.#html;
    const isEnd = html[open + 1] === '/';
    TAG_NAME.lastIndex = open + (isEnd ? 2 : 1);
    const name = TAG_NAME.exec(html)?.[0].toLowerCase();
    if (name !== undefined) this.#tag(name, open, isEnd);
    else if (html.startsWith('<!--', open)) this.#skipBehind('-->', open + 2);
    else if (html[open + 1] === '!' || html[open + 1] === '?' || isEnd) this.#skipBehind('>', open);
    else {
      this.#pieces.push('<');
      this.#position = open + 1;
    }
  }

  #tag(name: string, open: number, isEnd: boolean): void {
    const start = open + name.length + 1;
    this.#position = endOfTag(this.#html, start);
    if (BLOCKS.has(name)) this.#pieces.push('\n');
    else if (CELLS.has(name)) this.#pieces.push(' ');
    if (isEnd) return;
    if (NOT_TEXT.has(name)) this.#skipElement(name);
    else if (name === 'a' || name === 'area' || name === 'img' || name === 'input') {
      const attributes = this.#html.slice(start, Math.min(this.#position, start + MAX_TAG_CHARACTERS));
      this.#alternative(attributes);
      this.#target(attributes);
    }
  }

  #alternative(attributes: string): void {
    const text = attributeValue(ALT, attributes);
    if (text !== '') this.#text(` ${text} `);
  }

  #target(attributes: string): void {
    const href = attributeValue(HREF, attributes);
    if (href === '') return;
    const link = href.includes('&') ? decodeHTML(href) : href;
    const target = LINK_HOST.exec(link)?.[1] ?? MAIL_LINK.exec(link)?.[1];
    if (target !== undefined) this.#targets.add(target.toLowerCase());
  }

  #skipBehind(end: string, from: number): void {
    const found = this.#html.indexOf(end, from);
    this.#position = found < 0 ? this.#html.length : found + end.length;
  }

  #skipElement(name: string): void {
    const end = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
    end.lastIndex = this.#position;
    this.#position = end.exec(this.#html)?.index ?? this.#html.length;
  }
}

/** Behind the `>` of a tag; those in quoted values do not count. */
function endOfTag(html: string, from: number): number {
  for (let index = from; index < html.length; index++) {
    const code = html.charCodeAt(index);
    if (code === 0x3e) return index + 1;
    // A value begins behind an equals sign: an apostrophe elsewhere is a slip of the pen.
    if ((code === 0x22 || code === 0x27) && html[lastBlankFree(html, index)] === '=') {
      const close = html.indexOf(code === 0x22 ? '"' : "'", index + 1);
      if (close < 0) return html.length;
      index = close;
    }
  }
  return html.length;
}

/** The last character before `index` that is no blank, at most a few back. */
function lastBlankFree(html: string, index: number): number {
  let at = index - 1;
  for (; at > index - 10 && (html[at] === ' ' || html[at] === '\n' || html[at] === '\r' || html[at] === '\t'); ) at--;
  return at;
}

function attributeValue(attribute: RegExp, attributes: string): string {
  const match = attribute.exec(attributes);
  return (match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
}

/** Lines without blanks around them, and no empty ones. */
function tidied(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
