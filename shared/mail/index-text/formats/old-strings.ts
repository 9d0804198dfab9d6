const WIDE = 1;
const EXTENDED = 4;
const RICH = 8;
/** Of one workbook. Stops tables that claim millions of strings. */
const MAX_STRINGS = 1_000_000;
const WINDOWS_1252 = new TextDecoder('windows-1252');

/** Reads strings of BIFF [MS-XLS, 2.5.293 and 2.5.294] from the pieces of a record, whose characters may go on in the next. */
export class OldStrings {
  readonly #pieces: readonly Buffer[];
  #piece = 0;
  #at = 0;

  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces;
  }

  /** The shared strings of a workbook. */
  shared(): string[] {
    this.#number(4);
    const count = Math.min(this.#number(4), MAX_STRINGS);
    const strings: string[] = [];
    for (let index = 0; index < count && !this.#isAtEnd; index++) strings.push(this.#unicode(this.#number(2)));
    return strings;
  }

  /** One string, whose length takes so many bytes; before Excel 97 it has a byte for each character. */
  single(lengthBytes: 1 | 2, isUnicode: boolean): string {
    const length = this.#number(lengthBytes);
    return isUnicode ? this.#unicode(length) : WINDOWS_1252.decode(this.#bytes(length));
  }

  get #current(): Buffer {
    return this.#pieces[this.#piece] ?? Buffer.alloc(0);
  }

  get #isAtEnd(): boolean {
    return this.#piece >= this.#pieces.length;
  }

  #unicode(length: number): string {
    let flags = this.#number(1);
    const runs = (flags & RICH) === 0 ? 0 : this.#number(2);
    const extension = (flags & EXTENDED) === 0 ? 0 : this.#number(4);
    let text = '';
    for (let left = length; left > 0 && !this.#isAtEnd; ) {
      const width = (flags & WIDE) === 0 ? 1 : 2;
      const here = Math.min(left, Math.floor((this.#current.length - this.#at) / width));
      text += this.#current.toString(width === 1 ? 'latin1' : 'utf16le', this.#at, this.#at + here * width);
      this.#at += here * width;
      left -= here;
      if (left === 0) break;
      // Each further piece says anew how wide its characters are.
      this.#piece++;
      this.#at = 0;
      flags = this.#number(1);
    }
    this.#bytes(runs * 4);
    this.#bytes(extension);
    return text;
  }

  #number(size: 1 | 2 | 4): number {
    const bytes = this.#bytes(size);
    return bytes.length === size ? bytes.readUIntLE(0, size) : 0;
  }

  #bytes(size: number): Buffer {
    while (!this.#isAtEnd && this.#at >= this.#current.length) {
      this.#piece++;
      this.#at = 0;
    }
    const here = this.#current.subarray(this.#at, this.#at + size);
    this.#at += here.length;
    if (here.length === size || this.#isAtEnd) return here;
    return Buffer.concat([here, this.#bytes(size - here.length)]);
  }
}
