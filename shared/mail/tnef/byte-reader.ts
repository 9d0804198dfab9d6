/** Moves over a buffer once. Behind its end, numbers are 0 and bytes are missing. */
export class ByteReader {
  readonly #source: Buffer;
  #position = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#source.length;
  }

  uint8(): number {
    return this.#number(1);
  }

  /** Little-endian, as all numbers. */
  uint16(): number {
    return this.#number(2);
  }

  uint32(): number {
    return this.#number(4);
  }

  /** The next `size` bytes, or as many as there are; shares the memory of the source. */
  bytes(size: number): Buffer {
    const start = this.#position;
    this.#position = Math.min(this.#source.length, start + size);
    return this.#source.subarray(start, this.#position);
  }

  /** The same, where they are padded to a multiple of four. */
  paddedBytes(size: number): Buffer {
    const value = this.bytes(size);
    this.bytes((4 - (size % 4)) % 4);
    return value;
  }

  #number(size: 1 | 2 | 4): number {
    const bytes = this.bytes(size);
    return bytes.length === size ? bytes.readUIntLE(0, size) : 0;
  }
}
