import { gunzipSync } from 'node:zlib';
import type { MessageSummary } from '../../domain/message.ts';
import { DamagedSegmentError } from '../../errors.ts';
import { ByteReader, overrun } from './byte-reader.ts';
import { MAX_KEPT_CHARACTERS, PIECE_CHARACTERS } from './format.ts';
import { StoredText } from './kept-text.ts';
import type { KeptMessage } from './segment.ts';

/** More than a summary with its ids and all checkpoints takes: a member that unpacks to more is not one of ours. */
const MAX_MEMBER_BYTES = 4 * 1024 * 1024 + 3 * PIECE_CHARACTERS;
/** Heads are unpacked together up to so many bytes: most are a few kilobytes, and each by itself costs a decoder. */
const TOGETHER_BYTES = 1024 * 1024;

/** Reads chunks that `KeptMessageWriter` wrote. Throws `DamagedSegmentError` where one is something else. */
export function readKeptMessages(chunks: readonly Uint8Array[]): readonly KeptMessage[] {
  const messages: KeptMessage[] = [];
  const packed = chunks.map(membersOf);
  for (let first = 0, end = 0; first < packed.length; first = end) {
    let bytes = 0;
    while (end < packed.length) {
      const { unpackedBytes } = packed[end]?.[0] ?? overrun();
      if (end > first && bytes + unpackedBytes > TOGETHER_BYTES) break;
      bytes += unpackedBytes;
      end++;
    }
    readHeads(packed.slice(first, end), messages);
  }
  return messages;
}

interface Member {
  readonly bytes: Uint8Array;
  readonly unpackedBytes: number;
}

function membersOf(chunk: Uint8Array): readonly Member[] {
  const reader = new ByteReader(chunk);
  const lengths = Array.from({ length: reader.count(2) }, () => [reader.varint(), reader.varint()] as const);
  return lengths.map(([length, unpackedBytes]) => {
    if (unpackedBytes > MAX_MEMBER_BYTES) throw new DamagedSegmentError('a text is too long');
    return { bytes: reader.raw(length), unpackedBytes };
  });
}

function readHeads(packed: readonly (readonly Member[])[], messages: KeptMessage[]): void {
  const heads = packed.map(([head]) => head ?? overrun());
  const unpackedHeads = unpacked(heads);
  let start = 0;
  for (const [head, ...rest] of packed) {
    const end = start + (head?.unpackedBytes ?? 0);
    messages.push(readKeptMessage(new ByteReader(unpackedHeads.subarray(start, end)), rest));
    start = end;
  }
}

function readKeptMessage(head: ByteReader, members: readonly Member[]): KeptMessage {
  const { archiveId, summary } = readMessage(head.text());
  const described = Array.from({ length: head.count(6) }, () => readDescription(head));
  let next = 0;
  const texts = described.map(({ pieceLengths, ...description }) => {
    const pieces = pieceLengths.map((length) => {
      if (head.left > 0) return whole(head.text(), length);
      const member = members[next++] ?? overrun();
      return () => whole(unpacked([member]).toString('utf8'), length)();
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

/** What these unpack to, one behind the other (RFC 1952, 2.2). */
function unpacked(members: readonly Member[]): Buffer {
  const unpackedBytes = members.reduce((sum, member) => sum + member.unpackedBytes, 0);
  const [only] = members;
  const packed = members.length === 1 && only ? only.bytes : Buffer.concat(members.map(({ bytes }) => bytes));
  try {
    const bytes = gunzipSync(packed, { chunkSize: unpackedBytes + 64, maxOutputLength: unpackedBytes + 64 });
    if (bytes.length === unpackedBytes) return bytes;
  } catch {
    // What is said below.
  }
  throw new DamagedSegmentError('a text cannot be unpacked');
}
