import { tokenise } from '../tokens/tokenise.ts';
import { CHECKPOINT_CHARACTERS } from './format.ts';
import type { KeptText, MarkedWord, TextAround } from './segment.ts';

/** Characters on either side of a word: a snippet of words without spaces between them, or of nothing but spaces, ends here. */
const MAX_SIDE_CHARACTERS = 2000;

export interface TextDescription {
  readonly field: 'body' | 'attachment';
  /** -1 for none. */
  readonly attachment: number;
  readonly firstPosition: number;
  /** UTF-16 units. */
  readonly length: number;
  /** False where the text was cut to be kept. */
  readonly isWhole: boolean;
  readonly pieceLengths: readonly number[];
  readonly pieces: readonly (() => string)[];
  /** Words whose position and first character are known, ascending. */
  readonly checkpoints: { readonly positions: Float64Array; readonly starts: Float64Array };
}

/** A kept text; a piece of it is unpacked when it is needed. */
export class StoredText implements KeptText {
  readonly field: 'body' | 'attachment';
  readonly attachment?: number;
  readonly firstPosition: number;
  readonly #text: TextDescription;
  #last: { readonly piece: number; readonly text: string } | undefined;

  constructor(text: TextDescription) {
    this.#text = text;
    this.field = text.field;
    this.firstPosition = text.firstPosition;
    if (text.attachment >= 0) this.attachment = text.attachment;
  }

  around(position: number, before: number, after: number, marked?: ReadonlySet<string>): TextAround {
    const { length, isWhole } = this.#text;
    const from = this.#before(position - before);
    const until = this.#behind(position + after, position);
    const sliceStart = from.start;
    const slice = this.#slice(sliceStart, until);
    const words: MarkedWord[] = [];
    let [wordStart, wordEnd, start, end, lastPosition] = [-1, -1, -1, 0, -1];
    tokenise(
      slice,
      (term, at, tokenStart, tokenEnd) => {
        if (marked?.has(term)) words.push({ position: at, start: tokenStart, end: tokenEnd });
        if (at >= position - before && start < 0) start = tokenStart;
        if (at === position && wordStart < 0) [wordStart, wordEnd] = [tokenStart, tokenEnd];
        // A number in parts is wider than the words asked for; its first part stands there too.
        if (at <= position + after && tokenEnd > end && (at > lastPosition || at === position)) end = tokenEnd;
        lastPosition = Math.max(lastPosition, at);
      },
      from.position,
    );
    if (wordStart < 0) return { text: '', start: 0, isStart: false, isEnd: false };
    const isStart = sliceStart === 0 && position - before <= this.firstPosition;
    const isEnd = isWhole && sliceStart + slice.length === length && lastPosition <= position + after;
    if (isStart) start = 0;
    if (isEnd) end = slice.length;
    const cutStart = unbroken(slice, Math.max(start, wordStart - MAX_SIDE_CHARACTERS));
    const cutEnd = unbroken(slice, Math.min(Math.max(end, wordEnd), wordStart + MAX_SIDE_CHARACTERS));
    return {
      text: slice.slice(cutStart, cutEnd),
      start: wordStart - cutStart,
      isStart: isStart && cutStart === 0,
      isEnd: isEnd && cutEnd === slice.length,
      ...(marked && { marked: wordsWithin(words, cutStart, cutEnd) }),
    };
  }

  opening(characters: number): string {
    const slice = this.#slice(0, characters + 1);
    return slice.slice(0, unbroken(slice, Math.min(characters, slice.length)));
  }

  /** The last checkpoint that is not behind `position`. */
  #before(position: number): { readonly position: number; readonly start: number } {
    const { positions, starts } = this.#text.checkpoints;
    const index = firstAbove(positions, position) - 1;
    return { position: positions[index] ?? this.firstPosition, start: starts[index] ?? 0 };
  }

  /** A character behind the word at `position`: at a checkpoint, or far enough for people. */
  #behind(position: number, middle: number): number {
    const { positions, starts } = this.#text.checkpoints;
    const end = starts[firstAbove(positions, position)] ?? this.#text.length;
    const near = starts[firstAbove(positions, middle)] ?? this.#text.length;
    return Math.min(end, near + 2 * CHECKPOINT_CHARACTERS, this.#text.length);
  }

  #slice(start: number, end: number): string {
    let slice = '';
    let pieceStart = 0;
    for (const [piece, length] of this.#text.pieceLengths.entries()) {
      if (pieceStart >= end) break;
      if (pieceStart + length > start) {
        slice += this.#piece(piece).slice(Math.max(0, start - pieceStart), end - pieceStart);
      }
      pieceStart += length;
    }
    return slice;
  }

  #piece(piece: number): string {
    if (this.#last?.piece !== piece) this.#last = { piece, text: this.#text.pieces[piece]?.() ?? '' };
    return this.#last.text;
  }
}

/** Those in the part from `start` to `end`, counted from its start. */
function wordsWithin(words: readonly MarkedWord[], start: number, end: number): readonly MarkedWord[] {
  return words
    .filter((word) => word.start >= start && word.end <= end)
    .map((word) => ({ ...word, start: word.start - start, end: word.end - start }));
}

/** Not between the halves of a surrogate pair. */
function unbroken(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const previous = text.charCodeAt(at - 1);
  const isWithinPair = previous >= 0xd800 && previous <= 0xdbff && unit >= 0xdc00 && unit <= 0xdfff;
  return isWithinPair ? at - 1 : at;
}

function firstAbove(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
