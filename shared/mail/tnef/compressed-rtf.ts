const HEADER_BYTES = 16;
const DICTIONARY_BYTES = 4096;
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;

/** What is decompressed at the most; the rest is left. Stops text that grows to many times its size. */
const MAX_RTF_BYTES = 16 * 1024 * 1024;

/** [MS-OXRTFCP], 2.1.2.1. */
const PRELOADED = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor ' +
    'MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n' +
    '\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);

/** How many bytes decompressing gives at the most; 0 where there is no header. */
export function rtfSizeOf(compressed: Buffer): number {
  if (compressed.length < HEADER_BYTES) return 0;
  // Two bytes give at most 17: a size beyond that is a lie, and not memory to ask for.
  return Math.min(compressed.readUInt32LE(4), 9 * compressed.length, MAX_RTF_BYTES);
}

/**
 * The RTF in a PR_RTF_COMPRESSED property [MS-OXRTFCP], at most `rtfSizeOf` bytes; as far as it goes where it is cut
 * short, and empty where it is something else. The checksum is not looked at.
 */
export function decompressRtf(compressed: Buffer): Buffer {
  const size = rtfSizeOf(compressed);
  if (size === 0) return Buffer.alloc(0);
  const type = compressed.readUInt32LE(8);
  if (type === UNCOMPRESSED) return compressed.subarray(HEADER_BYTES, HEADER_BYTES + size);
  return type === COMPRESSED ? decompress(compressed.subarray(HEADER_BYTES), size) : Buffer.alloc(0);
}

function decompress(input: Buffer, size: number): Buffer {
  const dictionary = Buffer.alloc(DICTIONARY_BYTES);
  let at = PRELOADED.copy(dictionary);
  const output = Buffer.allocUnsafe(size);
  let length = 0;
  const put = (byte: number): void => {
    output[length++] = byte;
    dictionary[at] = byte;
    at = (at + 1) % DICTIONARY_BYTES;
  };
  for (let read = 0; read < input.length; ) {
    const control = input[read++] ?? 0;
    for (let bit = 0; bit < 8 && read < input.length && length < output.length; bit++) {
      if (((control >> bit) & 1) === 0) put(input[read++] ?? 0);
      else {
        if (read + 1 >= input.length) return output.subarray(0, length);
        const reference = ((input[read] ?? 0) << 8) | (input[read + 1] ?? 0);
        read += 2;
        const offset = reference >> 4;
        if (offset === at) return output.subarray(0, length);
        const count = Math.min((reference & 0xf) + 2, output.length - length);
        for (let index = 0; index < count; index++) put(dictionary[(offset + index) % DICTIONARY_BYTES] ?? 0);
      }
    }
    if (length >= output.length) break;
  }
  return output.subarray(0, length);
}
