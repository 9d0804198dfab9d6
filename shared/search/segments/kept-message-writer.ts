import { gzipSync } from 'node:zlib';
import type { IndexDocument } from '../index-document.ts';
import { ByteWriter } from './byte-writer.ts';
import { CHECKPOINT_CHARACTERS, CHECKPOINT_WORDS, MAX_KEPT_CHARACTERS, PIECE_CHARACTERS } from './format.ts';

/** Collects what is kept of one message for lists and snippets, and writes it as a chunk of the text file. */
export class KeptMessageWriter {
  readonly #texts: Text[] = [];
  #charactersLeft = MAX_KEPT_CHARACTERS;

  /** Begins a text; `checkpoint` is to be called for its words from then on. */
  begin(field: 'body' | 'attachment', attachment: number | undefined, text: string, firstPosition: number): void {
    const kept = cut(text, this.#charactersLeft);
    this.#charactersLeft -= kept.length;
    this.#texts.push({ field, attachment, kept, isWhole: kept.length === text.length, firstPosition, checkpoints: [] });
  }

  /** A word of the text begun last, at that position, begins at that character. */
  checkpoint(position: number, start: number): void {
    const text = this.#texts.at(-1);
    if (!text || start >= text.kept.length) return;
    const last = text.checkpoints.at(-1);
    const isDue =
      position - (last?.position ?? text.firstPosition) >= CHECKPOINT_WORDS ||
      start - (last?.start ?? 0) >= CHECKPOINT_CHARACTERS;
    if (isDue && start > (last?.start ?? 0) && position > (last?.position ?? text.firstPosition - 1)) {
      text.checkpoints.push({ position, start });
    }
  }

  /**
   * The chunk: of its head and of each further member how long it is, and how long unpacked, as varints behind their
   * number; then the gzip members. The head holds the message, what there is of texts, and the pieces that fit in with it.
   */
  finish({ archiveId, summary }: Pick<IndexDocument, 'archiveId' | 'summary'>): Uint8Array {
    const head = new ByteWriter(4096);
    head.text(JSON.stringify({ archiveId, summary }));
    const texts = this.#texts.filter(({ kept }) => kept !== '');
    head.varint(texts.length);
    for (const text of texts) writeText(head, text);
    const pieces = texts.flatMap(({ kept }) => piecesOf(kept));
    const members: Member[] = [];
    let characters = 0;
    let isInHead = true;
    for (const piece of pieces) {
      characters += piece.length;
      isInHead &&= characters <= PIECE_CHARACTERS;
      if (isInHead) head.text(piece);
      else members.push(packed(Buffer.from(piece)));
    }
    members.unshift(packed(head.view()));
    const chunk = new ByteWriter(members.reduce((sum, { bytes }) => sum + bytes.length + 8, 8));
    chunk.varint(members.length);
    for (const { bytes, unpackedBytes } of members) {
      chunk.varint(bytes.length);
      chunk.varint(unpackedBytes);
    }
    for (const { bytes } of members) chunk.raw(bytes);
    return chunk.take();
  }
}

interface Text {
  readonly field: 'body' | 'attachment';
  readonly attachment: number | undefined;
  readonly kept: string;
  readonly isWhole: boolean;
  readonly firstPosition: number;
  readonly checkpoints: { readonly position: number; readonly start: number }[];
}

function writeText(out: ByteWriter, { field, attachment, kept, isWhole, firstPosition, checkpoints }: Text): void {
  out.byte((field === 'body' ? 0 : 1) + (isWhole ? 2 : 0));
  out.varint(attachment === undefined ? 0 : attachment + 1);
  out.varint(firstPosition);
  out.varint(kept.length);
  const pieces = piecesOf(kept);
  out.varint(pieces.length);
  for (const { length } of pieces) out.varint(length);
  out.varint(checkpoints.length);
  let last = { position: firstPosition, start: 0 };
  for (const checkpoint of checkpoints) {
    out.varint(checkpoint.position - last.position);
    out.varint(checkpoint.start - last.start);
    last = checkpoint;
  }
}

interface Member {
  readonly bytes: Uint8Array;
  readonly unpackedBytes: number;
}

function packed(bytes: Uint8Array): Member {
  // By default zlib hands out 16 KB for whatever is compressed, and half a megabyte for the state of it.
  const options = { level: 1, memLevel: 5, windowBits: 13, chunkSize: bytes.length + 128 };
  return { bytes: gzipSync(bytes, options), unpackedBytes: bytes.length };
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const piece = cut(text.slice(start, start + PIECE_CHARACTERS + 1), PIECE_CHARACTERS);
    pieces.push(piece);
    start += piece.length;
  }
  return pieces;
}

/** At most so many UTF-16 units, never half a surrogate pair. */
function cut(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const last = text.charCodeAt(characters - 1);
  return text.slice(0, characters > 1 && last >= 0xd800 && last <= 0xdbff ? characters - 1 : characters);
}
