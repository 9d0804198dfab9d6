import { DamagedSegmentError } from '../../errors.ts';
import { overrun } from './byte-reader.ts';
import { MAX_TERM_BYTES } from './format.ts';

/** Walks over the entries of dictionary blocks that lie one behind the other. What follows a term is the subclass's. */
export abstract class FrontCodedCursor {
  protected readonly bytes: Uint8Array;
  protected position = 0;
  /** The term of the entry, `termLength` bytes of it; overwritten by the next. */
  term = Buffer.allocUnsafe(128);
  termLength = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Moves to the next entry; false at the end. */
  next(): boolean {
    if (this.position >= this.bytes.length) return false;
    this.#readTerm();
    this.readEntry();
    return true;
  }

  /**
   * From a fresh start, moves to the first entry that is not below `target`; false where all are below. `firstBlockEnd`
   * is where the first block ends: entries behind it are known not to be below.
   */
  seek(target: Uint8Array, firstBlockEnd: number): boolean {
    let matched = 0;
    while (this.position < firstBlockEnd) {
      const shared = this.#readTerm();
      this.readEntry();
      // What shares more with the term before than the target does stands below the target as that does.
      if (shared > matched) continue;
      if (shared < matched) return true;
      const end = Math.min(this.termLength, target.length);
      while (matched < end && this.term[matched] === target[matched]) matched++;
      if (matched === target.length) return true;
      if (matched < this.termLength && (this.term[matched] ?? 0) > (target[matched] ?? 0)) return true;
    }
    return this.next();
  }

  isAt(target: Uint8Array): boolean {
    return this.termLength === target.length && this.beginsWith(target);
  }

  beginsWith(prefix: Uint8Array): boolean {
    if (this.termLength < prefix.length) return false;
    for (let i = prefix.length - 1; i >= 0; i--) if (this.term[i] !== prefix[i]) return false;
    return true;
  }

  text(): string {
    return this.term.toString('utf8', 0, this.termLength);
  }

  /** Reads what the entry says beyond its term, so that `position` is behind it. */
  protected abstract readEntry(): void;

  protected varint(): number {
    const { bytes } = this;
    let byte = bytes[this.position++] ?? overrun();
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let scale = 128; ; scale *= 128) {
      byte = bytes[this.position++] ?? overrun();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      if (scale > 2 ** 45) throw new DamagedSegmentError('a number is too large');
    }
  }

  /** How many bytes it shares with the term before. */
  #readTerm(): number {
    const lengths = this.bytes[this.position++] ?? overrun();
    let shared = lengths >>> 4;
    let suffix = lengths & 15;
    if (shared === 15) shared += this.varint();
    if (suffix === 15) suffix += this.varint();
    const length = shared + suffix;
    if (shared > this.termLength || length > MAX_TERM_BYTES) throw new DamagedSegmentError('a term is too long');
    if (this.position + suffix > this.bytes.length) overrun();
    if (length > this.term.length) this.#grow(length);
    const { bytes, term, position } = this;
    for (let i = 0; i < suffix; i++) term[shared + i] = bytes[position + i] ?? 0;
    this.position = position + suffix;
    this.termLength = length;
    return shared;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafe(length * 2);
    larger.set(this.term);
    this.term = larger;
  }
}
