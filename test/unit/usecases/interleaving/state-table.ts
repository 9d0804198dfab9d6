const CHUNK = 2 ** 16;

/** States as rows of whole numbers, each kept once and numbered in the order they came: worlds have millions. */
export class StateTable {
  readonly #width: number;
  readonly #chunks: Int32Array[] = [];
  /** Open addressing: number + 1, or 0. */
  #slots = new Int32Array(2 ** 16);
  #length = 0;

  constructor(width: number) {
    this.#width = width;
  }

  get length(): number {
    return this.#length;
  }

  /** Its number; equal to the former `length` where it is new. */
  add(state: Int32Array): number {
    if (this.#length * 4 > this.#slots.length * 3) this.#grow();
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(state) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number === -1) {
        this.#slots[slot] = this.#length + 1;
        return this.#push(state);
      }
      if (this.#is(number, state)) return number;
    }
  }

  /** Reads a state into `state`. */
  read(number: number, state: Int32Array): void {
    const chunk = this.#chunks[Math.floor(number / CHUNK)];
    const at = (number % CHUNK) * this.#width;
    for (let index = 0; index < this.#width; index += 1) state[index] = chunk?.[at + index] ?? 0;
  }

  #is(number: number, state: Int32Array): boolean {
    const chunk = this.#chunks[Math.floor(number / CHUNK)];
    const at = (number % CHUNK) * this.#width;
    for (let index = 0; index < this.#width; index += 1) if (chunk?.[at + index] !== state[index]) return false;
    return true;
  }

  #push(state: Int32Array): number {
    const number = this.#length++;
    if (number % CHUNK === 0) this.#chunks.push(new Int32Array(CHUNK * this.#width));
    this.#chunks[this.#chunks.length - 1]?.set(state, (number % CHUNK) * this.#width);
    return number;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    const state = new Int32Array(this.#width);
    for (let number = 0; number < this.#length; number += 1) {
      this.read(number, state);
      let slot = hashOf(state) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(state: Int32Array): number {
  let hash = 0;
  for (const part of state) {
    hash = Math.imul(hash ^ part, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
