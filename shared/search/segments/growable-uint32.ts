/** Numbers from 0 to 2^32 - 1, four bytes each, that grow. */
export class GrowableUint32 {
  #values: Uint32Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 256) {
    this.#values = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** 0 where there is none. */
  at(index: number): number {
    return index < this.#length ? (this.#values[index] ?? 0) : 0;
  }

  increment(index: number): void {
    this.#values[index] = (this.#values[index] ?? 0) + 1;
  }

  clear(): void {
    this.#length = 0;
  }

  /** The numbers, valid until the next `push`; changes to them are kept. */
  view(): Uint32Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#length);
  }
}
