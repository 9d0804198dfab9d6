/**
 * Messages of one segment by number, a bit for each. Segments have tens of thousands of messages, so a set is a few
 * kilobytes and every operation on it microseconds, however many messages are in it.
 */
export class DocumentSet {
  readonly documentCount: number;
  /** Bit `n % 32` of word `n / 32` is set for message `n`; none at or beyond `documentCount`. */
  readonly words: Int32Array;
  #size: number | undefined;

  private constructor(documentCount: number, words: Int32Array) {
    this.documentCount = documentCount;
    this.words = words;
  }

  static none(documentCount: number): DocumentSet {
    return new DocumentSet(documentCount, new Int32Array((documentCount + 31) >>> 5));
  }

  static all(documentCount: number): DocumentSet {
    return DocumentSet.range(documentCount, 0, documentCount);
  }

  /** The messages from `from` to before `to`. */
  static range(documentCount: number, from: number, to: number): DocumentSet {
    const set = DocumentSet.none(documentCount);
    const { words } = set;
    if (from >= to) return set;
    const firstWord = from >>> 5;
    const lastWord = (to - 1) >>> 5;
    words.fill(-1, firstWord, lastWord + 1);
    words[firstWord] = (words[firstWord] ?? 0) & (-1 << (from & 31));
    words[lastWord] = (words[lastWord] ?? 0) & (-1 >>> (31 - ((to - 1) & 31)));
    return set;
  }

  static of(documentCount: number, documents: Uint32Array): DocumentSet {
    const set = DocumentSet.none(documentCount);
    set.add(documents);
    return set;
  }

  /** Adds messages to a set that nobody else has yet: sets that were handed on never change. */
  add(documents: Uint32Array): void {
    const { words } = this;
    for (let i = 0; i < documents.length; i++) {
      const document = documents[i] as number;
      words[document >>> 5] = (words[document >>> 5] as number) | (1 << (document & 31));
    }
    this.#size = undefined;
  }

  /** Adds one message, under the same rule. */
  addOne(document: number): void {
    this.words[document >>> 5] = (this.words[document >>> 5] ?? 0) | (1 << (document & 31));
    this.#size = undefined;
  }

  has(document: number): boolean {
    return (((this.words[document >>> 5] ?? 0) >>> (document & 31)) & 1) === 1;
  }

  get size(): number {
    this.#size ??= this.countIn(0, this.documentCount);
    return this.#size;
  }

  /** How many there are from `from` to before `to`. */
  countIn(from: number, to: number): number {
    if (from >= to) return 0;
    const firstWord = from >>> 5;
    const lastWord = (to - 1) >>> 5;
    const head = -1 << (from & 31);
    const tail = -1 >>> (31 - ((to - 1) & 31));
    const { words } = this;
    if (firstWord === lastWord) return bitsIn((words[firstWord] ?? 0) & head & tail);
    let count = bitsIn((words[firstWord] ?? 0) & head) + bitsIn((words[lastWord] ?? 0) & tail);
    for (let i = firstWord + 1; i < lastWord; i++) count += bitsIn(words[i] as number);
    return count;
  }

  and(other: DocumentSet): DocumentSet {
    const words = new Int32Array(this.words.length);
    for (let i = 0; i < words.length; i++) words[i] = (this.words[i] as number) & (other.words[i] as number);
    return new DocumentSet(this.documentCount, words);
  }

  or(other: DocumentSet): DocumentSet {
    const words = new Int32Array(this.words.length);
    for (let i = 0; i < words.length; i++) words[i] = (this.words[i] as number) | (other.words[i] as number);
    return new DocumentSet(this.documentCount, words);
  }

  /** Those that are not in `other`. */
  without(other: DocumentSet): DocumentSet {
    const words = new Int32Array(this.words.length);
    for (let i = 0; i < words.length; i++) words[i] = (this.words[i] as number) & ~(other.words[i] as number);
    return new DocumentSet(this.documentCount, words);
  }

  /** Their numbers, ascending; with `limit`, the first so many at or above `from`. */
  documents(from = 0, limit = this.size): Uint32Array {
    const documents = new Uint32Array(Math.min(limit, this.size));
    let length = 0;
    for (let i = from >>> 5; i < this.words.length && length < documents.length; i++) {
      let word = this.words[i] as number;
      if (i === from >>> 5) word &= -1 << (from & 31);
      while (word !== 0 && length < documents.length) {
        documents[length++] = i * 32 + 31 - Math.clz32(word & -word);
        word &= word - 1;
      }
    }
    return length === documents.length ? documents : documents.subarray(0, length);
  }
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
