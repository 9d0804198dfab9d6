import { type BodyPart, type BodyText, isBlank } from '../body-text.ts';
import type { OpenedMessage } from '../open-message.ts';
import { htmlText } from './html-text.ts';
import { KnownWords } from './lacking-lines.ts';

/** Of the body of one message; the rest is not indexed. Stops messages that fill an index. */
const MAX_BODY_CHARACTERS = 4_000_000;

/** The body as an index takes it. */
export interface IndexBody {
  readonly text: string;
  readonly truncated: boolean;
}

/**
 * All that can be found in the body of a message: its plain text, and of its HTML and of the bodies in winmail.dat the
 * lines that have a word which no text before has. Where it is blank, what a view shows instead.
 */
export function indexBody({ body, insteadOfBody, tnefBodies }: OpenedMessage): IndexBody {
  const pieces = new Pieces();
  const isEmpty = !collect(body, pieces);
  for (const read of isEmpty ? insteadOfBody : []) {
    if (pieces.add(read())) break;
  }
  for (const read of tnefBodies) if (!pieces.isFull) pieces.add(read());
  return pieces.result();
}

/** Plain text first, whatever order the parts are in; false where there is nothing to read. */
function collect(body: BodyPart, pieces: Pieces): boolean {
  const texts = leaves(body, 'text').map((read) => pieces.addText(read));
  const htmls = leaves(body, 'html').map((read) => pieces.addHtml(read));
  return texts.includes(true) || htmls.includes(true);
}

function leaves(part: BodyPart, kind: 'text' | 'html'): (() => string)[] {
  if ('read' in part) return part.kind === kind ? [part.read] : [];
  return part.children.flatMap((child) => leaves(child, kind));
}

class Pieces {
  readonly #pieces: string[] = [];
  readonly #known = new KnownWords();
  /** Words of these are not known yet: without HTML nobody asks. */
  #unread: string[] = [];
  #length = 0;

  get isFull(): boolean {
    return this.#length > MAX_BODY_CHARACTERS;
  }

  /** False where there is nothing to read. */
  add(body: BodyText): boolean {
    if (isBlank(body)) return false;
    if (body.text !== undefined) this.#addLacking(body.text);
    if (body.html !== undefined) this.#addLacking(htmlText(body.html));
    return true;
  }

  addText(read: () => string): boolean {
    if (this.isFull) return false;
    const text = read();
    if (text.trim() === '') return false;
    this.#push(text);
    this.#unread.push(text);
    return true;
  }

  addHtml(read: () => string): boolean {
    if (this.isFull) return false;
    const html = read();
    if (html.trim() === '') return false;
    this.#addLacking(htmlText(html));
    return true;
  }

  result(): IndexBody {
    const text = this.#pieces.join('\n');
    return { text: text.slice(0, MAX_BODY_CHARACTERS).toWellFormed(), truncated: text.length > MAX_BODY_CHARACTERS };
  }

  #addLacking(text: string): void {
    if (this.#pieces.length === 0) {
      this.#push(text);
      this.#unread.push(text);
      return;
    }
    for (const unread of this.#unread) this.#known.add(unread);
    this.#unread = [];
    const lacking = this.#known.lackingLines(text);
    if (lacking !== '') this.#push(lacking);
  }

  #push(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
  }
}
