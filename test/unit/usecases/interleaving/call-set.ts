/** A set of calls by their numbers. */
export class CallSet {
  #words = new Int32Array(4);

  add(number: number): void {
    const word = number >>> 5;
    this.#grow(word + 1);
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (number & 31));
  }

  /** Whether this had not all of them before. */
  addAll(others: CallSet): boolean {
    this.#grow(others.#words.length);
    let isLarger = false;
    for (const [index, word] of others.#words.entries()) {
      const before = this.#words[index] ?? 0;
      if ((before | word) === before) continue;
      this.#words[index] = before | word;
      isLarger = true;
    }
    return isLarger;
  }

  meets(others: CallSet): boolean {
    const length = Math.min(this.#words.length, others.#words.length);
    for (let index = 0; index < length; index += 1) {
      if (((this.#words[index] ?? 0) & (others.#words[index] ?? 0)) !== 0) return true;
    }
    return false;
  }

  #grow(words: number): void {
    if (words <= this.#words.length) return;
    const larger = new Int32Array(words);
    larger.set(this.#words);
    this.#words = larger;
  }
}
