import { zstdDecompressSync } from 'node:zlib';
import type { MessageSummary } from '../../domain/message.ts';
import { DamagedSegmentError } from '../../errors.ts';
import { ByteReader, overrun } from './byte-reader.ts';
import { MAX_KEPT_CHARACTERS, PIECE_CHARACTERS } from './format.ts';
import { StoredText } from './kept-text.ts';
import type { KeptMessage } from './segment.ts';

/** More than a summary with its ids and all checkpoints takes: a frame that unpacks to more is not one of ours. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024 + 3 * PIECE_CHARACTERS;

/** Reads a chunk that `KeptMessageWriter` wrote. Throws `DamagedSegmentError` where it is something else. */
export function readKeptMessage(chunk: Uint8Array): KeptMessage {
  const reader = new ByteReader(chunk);
  const lengths = Array.from({ length: reader.count() }, () => reader.varint());
  const [first, ...frames] = lengths.map((length) => reader.raw(length));
  if (!first) overrun();
  const head = new ByteReader(unpacked(first));
  const { archiveId, summary } = readMessage(head.text());
  const described = Array.from({ length: head.count(6) }, () => readDescription(head));
  let frame = 0;
  const texts = described.map(({ pieceLengths, ...description }) => {
    const pieces = pieceLengths.map((length) => {
      if (head.left > 0) return whole(head.text(), length);
      const packed = frames[frame++] ?? overrun();
      return () => whole(Buffer.from(unpacked(packed)).toString('utf8'), length)();
    });
    return new StoredText({ ...description, pieces, pieceLengths });
  });
  return { archiveId, summary, texts };
}

function readDescription(head: ByteReader) {
  const flags = head.byte();
  const attachment = head.varint() - 1;
  const firstPosition = head.varint();
  const length = head.varint();
  const pieceLengths = Array.from({ length: head.count() }, () => head.varint());
  if (length > MAX_KEPT_CHARACTERS || pieceLengths.reduce((sum, piece) => sum + piece, 0) !== length) overrun();
  const positions = new Float64Array(head.count(2));
  const starts = new Float64Array(positions.length);
  for (let i = 0, position = firstPosition, start = 0; i < positions.length; i++) {
    positions[i] = position += head.varint();
    starts[i] = start += head.varint();
  }
  const field: 'body' | 'attachment' = (flags & 1) === 0 ? 'body' : 'attachment';
  const checkpoints = { positions, starts };
  return { field, attachment, firstPosition, length, isWhole: (flags & 2) !== 0, pieceLengths, checkpoints };
}

function readMessage(json: string): { readonly archiveId: string; readonly summary: MessageSummary } {
  try {
    const { archiveId, summary } = JSON.parse(json);
    return { archiveId, summary };
  } catch {
    throw new DamagedSegmentError('a message of the texts');
  }
}

function whole(piece: string, length: number): () => string {
  if (piece.length !== length) throw new DamagedSegmentError('a piece of a text');
  return () => piece;
}

function unpacked(frame: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: MAX_FRAME_BYTES });
  } catch {
    throw new DamagedSegmentError('a text cannot be unpacked');
  }
}
