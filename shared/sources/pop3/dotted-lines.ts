const LINE_END = '\r\n';
const TERMINATOR = Buffer.from('\r\n.\r\n', 'latin1');
const CR = 0x0d;
const LF = 0x0a;

/** What is left of the input behind a multi-line response. */
export interface Rest {
  bytes: Buffer;
}

/**
 * The bytes of a multi-line response (RFC 1939, 3) without its last line, leading dots taken off, in the pieces they
 * come in. `rest` holds what came before, and what came behind, the response. Bare line feeds are no line ends: a
 * message may have them. Throws what `chunks` throws, also where they end too early.
 */
export async function* dottedLines(next: () => Promise<Buffer>, rest: Rest): AsyncIterable<Buffer> {
  // As if a line had ended before the first, so that it needs no case of its own.
  let held = Buffer.concat([Buffer.from(LINE_END), rest.bytes]);
  rest.bytes = Buffer.alloc(0);
  let skip = LINE_END.length;
  for (;;) {
    const end = held.indexOf(TERMINATOR);
    const cut = end >= 0 ? end + LINE_END.length : safeCut(held);
    const piece = withoutDots(held.subarray(0, cut)).subarray(skip);
    if (cut > 0) skip = 0;
    if (piece.length > 0) yield piece;
    if (end >= 0) {
      rest.bytes = held.subarray(end + TERMINATOR.length);
      return;
    }
    held = Buffer.concat([held.subarray(cut), await next()]);
  }
}

/** How much can be passed on: neither the terminator nor a dot behind a line end may be torn apart. */
function safeCut(held: Buffer): number {
  let cut = Math.max(0, held.length - TERMINATOR.length);
  while (cut > 0 && (held[cut - 1] === CR || held[cut - 1] === LF)) cut -= 1;
  return cut;
}

function withoutDots(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf('\r\n.'); at >= 0; at = bytes.indexOf('\r\n.', at + 3)) {
    pieces.push(bytes.subarray(from, at + 2));
    from = at + 3;
  }
  if (from === 0) return bytes;
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}
