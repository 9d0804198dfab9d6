import type { ContentHint, ExtractedText, UnreadableReason } from '../../domain/extracted-text.ts';

/** Of one attachment, with all in it; the rest is not indexed. Stops attachments that fill an index. */
export const MAX_TEXT_CHARACTERS = 2_000_000;
/** Containers in containers: archives, messages, documents in documents. Stops Russian dolls. */
const MAX_DEPTH = 5;
/** Of one attachment, over all containers in it. Stops archives of millions of empty files. */
const MAX_ENTRIES = 10_000;
/** Of one attachment, unpacked, over all containers in it. Stops archives that grow to a thousand times their size. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
/** Of one entry, unpacked; the rest is not read. */
const MAX_ENTRY_BYTES = 64 * 1024 * 1024;

/** Reads one content within an attachment. */
export type ReadContent = (content: Buffer, hint: ContentHint) => Promise<void>;

/** The reading of one attachment: gathers its text, and counts what it costs. */
export class Extraction {
  readonly #pieces: string[] = [];
  readonly #isOver: () => boolean;
  #length = 0;
  #depth = 0;
  #entriesLeft = MAX_ENTRIES;
  #bytesLeft = MAX_UNPACKED_BYTES;
  #reason: UnreadableReason | undefined;

  /** `isOver` tells when time is up. */
  constructor(isOver: () => boolean) {
    this.#isOver = isOver;
  }

  /** Whether there is nothing more to read for: readers look now and then, and stop. */
  get isDone(): boolean {
    if (this.#length > MAX_TEXT_CHARACTERS || this.#isOver()) {
      this.unreadable('limit');
      return true;
    }
    return false;
  }

  /** A piece of text; whatever separates it from the next is part of it. */
  add(text: string): void {
    if (this.#length > MAX_TEXT_CHARACTERS) return;
    this.#pieces.push(text);
    this.#length += text.length;
  }

  line(text: string): void {
    if (text !== '') this.add(`${text}\n`);
  }

  /** Some of the text is missing. The first reason is the one that is told. */
  unreadable(reason: UnreadableReason): void {
    this.#reason ??= reason;
  }

  /** Whether another entry of a container may be looked at. */
  takeEntry(): boolean {
    if (this.isDone) return false;
    if (this.#entriesLeft-- > 0 && this.#bytesLeft > 0) return true;
    this.unreadable('limit');
    return false;
  }

  /** How many bytes may still be unpacked for one entry. */
  get bytesLeft(): number {
    return Math.max(0, Math.min(MAX_ENTRY_BYTES, this.#bytesLeft));
  }

  takeBytes(sizeBytes: number): void {
    this.#bytesLeft -= sizeBytes;
  }

  /** Whether a container may be opened here, which others are around. */
  get mayOpen(): boolean {
    if (this.#depth < MAX_DEPTH) return true;
    this.unreadable('limit');
    return false;
  }

  /** Reads what is in a container, within what containers in containers may cost. */
  async within(read: () => Promise<void>): Promise<void> {
    if (!this.mayOpen) return;
    this.#depth++;
    try {
      await read();
    } finally {
      this.#depth--;
    }
  }

  result(): ExtractedText {
    const text = tidied(this.#pieces.join(''));
    const truncated = text.length > MAX_TEXT_CHARACTERS;
    const kept = truncated ? text.slice(0, MAX_TEXT_CHARACTERS).toWellFormed() : text;
    const reason = this.#reason ?? (truncated ? 'limit' : undefined);
    if (reason) return { outcome: 'unreadable', reason, text: kept, truncated };
    return { outcome: kept === '' ? 'nothing' : 'text', text: kept, truncated };
  }
}

/** Without NULs, blanks at the ends of lines, and more than one empty line. */
function tidied(text: string): string {
  return text
    .replaceAll('\0', '')
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .toWellFormed();
}
