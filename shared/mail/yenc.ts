import type { EmbeddedFile } from './embedded-file.ts';

const LF = 0x0a;
const CR = 0x0d;
const EQUALS = 0x3d;
/** Longer ones are no header line. Stops lines of megabytes that would be searched for a name. */
const MAX_HEADER_LINE = 1_000;
const BEGIN = /^=ybegin (?:part=\d+ )?(?:total=\d+ )?line=\d+ size=\d+ name=(.*\S)/;

/**
 * The yEnc file (yenc.org, draft 1.3) whose `=ybegin` line begins at `start`, or `undefined` where that line is not
 * well-formed or no `=yend` follows. Of a file in several parts it is the piece. Sizes and checksums are not looked at:
 * what is damaged is shown as it came.
 */
export function yencFileAt(text: Buffer, start: number): EmbeddedFile | undefined {
  const name = BEGIN.exec(lineAt(text, start))?.[1];
  if (name === undefined) return undefined;
  let dataStart = nextLine(text, start);
  if (lineAt(text, dataStart).startsWith('=ypart ')) dataStart = nextLine(text, dataStart);
  const dataEnd = keywordLine(text, dataStart);
  if (dataEnd < 0 || !/^=yend size=\d/.test(lineAt(text, dataEnd))) return undefined;
  return {
    start,
    end: nextLine(text, dataEnd),
    name,
    content: () => decodeYenc(text.subarray(dataStart, dataEnd)),
  };
}

/** The content of yEnc lines: each byte plus 42, and behind an equals sign plus another 64. */
function decodeYenc(encoded: Buffer): Buffer {
  const content = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  for (let index = 0; index < encoded.length; index++) {
    let byte = encoded[index] ?? 0;
    if (byte === LF || byte === CR) continue;
    if (byte === EQUALS) {
      index++;
      if (index === encoded.length) break;
      byte = (encoded[index] ?? 0) - 64;
    }
    content[length++] = (byte - 42) & 0xff;
  }
  return content.subarray(0, length);
}

/** The next line that begins with `=y`, which data never does; -1 where there is none. */
function keywordLine(text: Buffer, from: number): number {
  const lineEnd = text.indexOf('\n=y', from - 1);
  return lineEnd < 0 ? -1 : lineEnd + 1;
}

function nextLine(text: Buffer, from: number): number {
  const found = text.indexOf(LF, from);
  return found < 0 ? text.length : found + 1;
}

function lineAt(text: Buffer, start: number): string {
  return text.toString('latin1', start, Math.min(nextLine(text, start), start + MAX_HEADER_LINE));
}
