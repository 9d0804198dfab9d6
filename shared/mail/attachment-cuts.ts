import type { AttachmentCut, Base64Lines, LargeAttachment } from '../domain/attachment.ts';
import { decodeReproducibly, encodeLines } from './base64-lines.ts';
import type { Part } from './part.ts';
import type { MessageParts } from './read-parts.ts';

const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The attachments whose encoded bodies have `thresholdBytes` or more, in the order they stand in the arrival. */
export function largeAttachments({ source, root }: MessageParts, thresholdBytes: number): readonly LargeAttachment[] {
  const found: LargeAttachment[] = [];
  collect(root, source, thresholdBytes, found);
  return found;
}

function collect(part: Part, source: Buffer, thresholdBytes: number, found: LargeAttachment[]): void {
  const children = part.children.filter((child) => child.section.source === source);
  for (const child of children) collect(child, source, thresholdBytes, found);
  if (children.length > 0 || isText(part)) return;
  const offset = part.section.bodyStart;
  let end = part.bodyEnd;
  // Blank lines behind base64 would keep it from being reproduced.
  while (end > offset && BLANKS.has(source[end - 1] ?? 0)) end--;
  if (end - offset < thresholdBytes) return;
  found.push({ offset, sizeBytes: end - offset, isBase64: part.encoding === 'base64' });
}

/** What people write themselves, of which no two are alike. */
function isText({ type, disposition }: Part): boolean {
  return (type === 'text/plain' || type === 'text/html') && disposition?.value !== 'attachment';
}

/** What is stored of a large attachment: decoded where encoding again gives the very bytes, else as it stands. */
export interface StorableContent {
  readonly content: Uint8Array;
  readonly base64?: Base64Lines;
}

/** Takes a large attachment out of the arrival it was found in. */
export function contentOf(arrival: Uint8Array, { offset, sizeBytes, isBase64 }: LargeAttachment): StorableContent {
  const encoded = Buffer.from(arrival.buffer, arrival.byteOffset + offset, sizeBytes);
  const decoded = isBase64 ? decodeReproducibly(encoded) : undefined;
  return decoded ? { content: decoded.content, base64: decoded.lines } : { content: encoded };
}

/** The arrival without what was cut out of it; `cuts` are in order and do not overlap. */
export function withoutCuts(arrival: Uint8Array, cuts: readonly AttachmentCut[]): Uint8Array {
  if (cuts.length === 0) return arrival;
  const kept: Uint8Array[] = [];
  let at = 0;
  for (const { offset, sizeBytes } of cuts) {
    kept.push(arrival.subarray(at, offset));
    at = offset + sizeBytes;
  }
  kept.push(arrival.subarray(at));
  return Buffer.concat(kept);
}

/**
 * Puts back what `withoutCuts` took out; `contents` are those of the cuts, in their order. `undefined` where
 * they do not fit each other.
 */
export function withCuts(
  rest: Uint8Array,
  cuts: readonly AttachmentCut[],
  contents: readonly Buffer[],
): Buffer | undefined {
  const arrival = Buffer.allocUnsafe(cuts.reduce((size, cut) => size + cut.sizeBytes, rest.length));
  let taken = 0;
  let at = 0;
  for (const [index, { offset, sizeBytes, base64 }] of cuts.entries()) {
    const content = contents[index];
    const between = rest.subarray(taken, taken + offset - at);
    if (!content || between.length !== offset - at) return undefined;
    arrival.set(between, at);
    taken += between.length;
    at = offset;
    for (const chunk of base64 ? encodeLines(content, base64) : [content]) {
      if (at + chunk.length > offset + sizeBytes) return undefined;
      arrival.set(chunk, at);
      at += chunk.length;
    }
    if (at !== offset + sizeBytes) return undefined;
  }
  arrival.set(rest.subarray(taken), at);
  return at + rest.length - taken === arrival.length ? arrival : undefined;
}

/** The arrival with blanks where something was cut out: all else stands where it stood. */
export function withBlanks(rest: Uint8Array, cuts: readonly AttachmentCut[]): Buffer {
  const pieces: Uint8Array[] = [];
  let taken = 0;
  let at = 0;
  for (const { offset, sizeBytes } of cuts) {
    pieces.push(rest.subarray(taken, taken + offset - at), Buffer.alloc(sizeBytes, ' '));
    taken += offset - at;
    at = offset + sizeBytes;
  }
  pieces.push(rest.subarray(taken));
  return Buffer.concat(pieces);
}
