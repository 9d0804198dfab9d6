import type { Base64Lines } from '../domain/attachment.ts';

const LF = 0x0a;
const CR = 0x0d;
const LINE_ENDS = { crlf: '\r\n', lf: '\n' } as const;
/** So many lines are encoded at a time: comparing an attachment needs no second copy of it. */
const LINES_AT_ONCE = 1_024;

/** The bytes behind base64 that is exactly what `encodeLines` makes of them. */
export interface Reproducible {
  readonly content: Buffer;
  readonly lines: Base64Lines;
}

/** Decodes base64 where encoding again gives the very same bytes; `undefined` where it would not. */
export function decodeReproducibly(encoded: Buffer): Reproducible | undefined {
  const lines = linesOf(encoded);
  if (lines.lineLength === 0 || lines.lineLength % 4 !== 0) return undefined;
  const content = Buffer.from(encoded.toString('latin1'), 'base64');
  let at = 0;
  for (const chunk of encodeLines(content, lines)) {
    if (chunk.compare(encoded, at, Math.min(at + chunk.length, encoded.length)) !== 0) return undefined;
    at += chunk.length;
  }
  return at === encoded.length ? { content, lines } : undefined;
}

/** Base64 in lines, without a line end behind the last one, in pieces. */
export function* encodeLines(content: Buffer, { lineLength, lineEnd }: Base64Lines): Iterable<Buffer> {
  const bytesOfLine = (lineLength / 4) * 3;
  const step = bytesOfLine * LINES_AT_ONCE;
  for (let start = 0; start < content.length; start += step) {
    const text = content.toString('base64', start, Math.min(start + step, content.length));
    const lines: string[] = [];
    for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength));
    if (start + step < content.length) lines.push('');
    yield Buffer.from(lines.join(LINE_ENDS[lineEnd]), 'latin1');
  }
}

/** As the first line has it. */
function linesOf(encoded: Buffer): Base64Lines {
  const end = encoded.indexOf(LF);
  if (end < 0) return { lineLength: Math.ceil(encoded.length / 4) * 4, lineEnd: 'crlf' };
  return encoded[end - 1] === CR ? { lineLength: end - 1, lineEnd: 'crlf' } : { lineLength: end, lineEnd: 'lf' };
}
