const BLOCK_BYTES = 512;
const LONG_NAME = 'L';
const EXTENDED = 'x';
const FILES = new Set(['0', '\0', '7']);

/** A file in a tape archive. */
export interface TarFile {
  readonly name: string;
  readonly content: Buffer;
  readonly isWhole: boolean;
}

/** Whether the bytes are a tape archive (POSIX.1-2017, pax). */
export function isTar(bytes: Buffer): boolean {
  return bytes.toString('latin1', 257, 262) === 'ustar';
}

/** The files of a tape archive, in their order. Contents share the memory of `tar`. Never throws. */
export function* tarFiles(tar: Buffer): Generator<TarFile> {
  let longName = '';
  for (let at = 0; at + BLOCK_BYTES <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK_BYTES);
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    if (header[0] === 0 || !(size >= 0)) return;
    const content = tar.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + size);
    const kind = String.fromCharCode(header[156] ?? 0);
    if (kind === LONG_NAME) longName = textAt(content, 0, content.length);
    else if (kind === EXTENDED) longName = /\d+ path=([^\n]*)\n/.exec(content.toString('utf8', 0, 8192))?.[1] ?? '';
    else {
      const prefix = textAt(header, 345, 155);
      const name = longName || (prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`);
      longName = '';
      if (FILES.has(kind)) yield { name, content, isWhole: content.length === size };
    }
    at += BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
}

function textAt(bytes: Buffer, start: number, length: number): string {
  const text = bytes.toString('utf8', start, start + length);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trim();
}
