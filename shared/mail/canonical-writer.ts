import { hash } from 'node:crypto';

const ITEM_HEAD_BYTES = 5;

/**
 * Collects the items a fingerprint is over: one letter that tells what it is, the length in bytes (32 bits, big
 * endian), the bytes (text in UTF-8). No two lists of items give the same bytes.
 */
export class CanonicalWriter {
  #buffer = Buffer.allocUnsafe(8192);
  #length = 0;

  item(tag: string, value: string): void {
    const atMost = value.length * 3;
    this.#reserve(ITEM_HEAD_BYTES + atMost);
    const start = this.#length + ITEM_HEAD_BYTES;
    const length = this.#buffer.write(value, start, atMost, 'utf8');
    this.#buffer[this.#length] = tag.charCodeAt(0);
    this.#buffer.writeUInt32BE(length, this.#length + 1);
    this.#length = start + length;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** SHA-256 of everything written, lowercase hex. */
  digest(): string {
    return hash('sha256', this.bytes, 'hex');
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
