/** A multipart being read; `isClosed` once its close delimiter was met. */
export interface OpenMultipart {
  readonly boundary: string;
  isClosed: boolean;
  /** The multipart around it that has the same boundary and stands back meanwhile. */
  readonly shadowed: OpenMultipart | undefined;
}

/** A delimiter line (RFC 2046, 5.1.1) as found in a buffer. */
export interface Delimiter {
  readonly multipart: OpenMultipart;
  readonly isClose: boolean;
  /** Where the content before it ends. */
  readonly contentEnd: number;
  readonly lineStart: number;
  /** Where the next line begins. */
  readonly next: number;
}

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const LINE_OF_DASHES = Buffer.from('\n--');

/**
 * The boundaries of all multiparts that are open at a point of a buffer, so that one search serves every level: the
 * time to find delimiters does not grow with nesting.
 */
export class Boundaries {
  readonly #source: Buffer;
  readonly #open = new Map<string, OpenMultipart>();
  /** How many open boundaries begin with a byte: most lines of dashes end here. */
  readonly #firstBytes = new Uint16Array(256);
  #longest = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  open(boundary: string): OpenMultipart {
    const multipart = { boundary, isClosed: false, shadowed: this.#open.get(boundary) };
    this.#open.set(boundary, multipart);
    this.#count(boundary, 1);
    this.#longest = Math.max(this.#longest, boundary.length);
    return multipart;
  }

  /** After this, delimiters with that boundary are those of the multipart it hid, if any. */
  forget(multipart: OpenMultipart): void {
    if (this.#open.get(multipart.boundary) !== multipart) return;
    this.#count(multipart.boundary, -1);
    if (multipart.shadowed) this.#open.set(multipart.boundary, multipart.shadowed);
    else this.#open.delete(multipart.boundary);
  }

  /** The first delimiter line at or behind `from`, which must begin a line, and before `end`. */
  find(from: number, end: number): Delimiter | undefined {
    if (this.isEmpty) return undefined;
    let lineStart = from;
    for (;;) {
      const delimiter = this.at(lineStart, end, from);
      if (delimiter) return delimiter;
      const found = this.#source.indexOf(LINE_OF_DASHES, lineStart);
      if (found < 0 || found + 3 > end) return undefined;
      lineStart = found + 1;
    }
  }

  /** The delimiter in the line that begins at `lineStart`, where the content before it began at `contentStart`. */
  at(lineStart: number, end: number, contentStart: number): Delimiter | undefined {
    const source = this.#source;
    if (lineStart + 2 >= end || source[lineStart] !== DASH || source[lineStart + 1] !== DASH) return undefined;
    if (this.#firstBytes[source[lineStart + 2] ?? 0] === 0) return undefined;
    const found = source.indexOf(LF, lineStart);
    const next = found < 0 || found >= end ? end : found + 1;
    let textEnd = next;
    while (textEnd > lineStart && isLineEndOrBlank(source[textEnd - 1])) textEnd--;
    if (textEnd - lineStart > this.#longest + 4) return undefined;
    const text = source.toString('latin1', lineStart + 2, textEnd);
    let multipart = this.#open.get(text);
    let isClose = false;
    if (multipart === undefined && text.endsWith('--')) {
      multipart = this.#open.get(text.slice(0, -2));
      isClose = true;
    }
    if (multipart === undefined) return undefined;
    return { multipart, isClose, contentEnd: this.#contentEnd(lineStart, contentStart), lineStart, next };
  }

  #contentEnd(lineStart: number, contentStart: number): number {
    let end = lineStart;
    if (end > contentStart && this.#source[end - 1] === LF) {
      end--;
      if (end > contentStart && this.#source[end - 1] === CR) end--;
    }
    return end;
  }

  #count(boundary: string, by: 1 | -1): void {
    const first = boundary.charCodeAt(0) & 0xff;
    this.#firstBytes[first] = (this.#firstBytes[first] ?? 0) + by;
  }
}

function isLineEndOrBlank(byte: number | undefined): boolean {
  return byte === LF || byte === CR || byte === 0x20 || byte === 0x09;
}
