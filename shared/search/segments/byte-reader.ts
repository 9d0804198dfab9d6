import { DamagedSegmentError } from '../../errors.ts';

/** Reads what `ByteWriter` wrote. Every method throws `DamagedSegmentError` where it would run over the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }

  get left(): number {
    return this.#bytes.length - this.#position;
  }

  byte(): number {
    return this.#bytes[this.#position++] ?? overrun();
  }

  varint(): number {
    let byte = this.#bytes[this.#position++] ?? overrun();
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    do {
      byte = this.#bytes[this.#position++] ?? overrun();
      value += (byte & 127) * scale;
      scale *= 128;
      if (value > Number.MAX_SAFE_INTEGER) throw new DamagedSegmentError('a number is too large');
    } while (byte >= 128);
    return value;
  }

  /** A varint that counts things of at least `bytesEach` bytes that follow: never more than there is room for. */
  count(bytesEach = 1): number {
    const count = this.varint();
    if (count * bytesEach > this.left) overrun();
    return count;
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  uint32(): number {
    let value = 0;
    for (let scale = 1; scale <= 0x1000000; scale *= 256) value += this.byte() * scale;
    return value;
  }

  raw(count: number): Uint8Array {
    if (count > this.left) overrun();
    this.#position += count;
    return this.#bytes.subarray(this.#position - count, this.#position);
  }

  text(): string {
    const bytes = this.raw(this.varint());
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }
}

/** Throws `DamagedSegmentError`: something says that it is longer than it is. */
export function overrun(): never {
  throw new DamagedSegmentError('a part ends too early');
}
