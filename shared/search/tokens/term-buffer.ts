/** Terms are cut here, in UTF-16 units: what is longer is data (base64, keys), and would fill the dictionary. */
const LONGEST_TERM = 64;

const CACHE_SLOTS = 1 << 14;

/**
 * Collects the units of one term and gives it as a string. Frequent terms are given as the same string each time, which
 * spares the making of one for each word; none holds on to the text it came from.
 */
export class TermBuffer {
  length = 0;
  hasDigit = false;
  readonly #units = new Uint16Array(LONGEST_TERM);
  readonly #cache: string[] = new Array<string>(CACHE_SLOTS).fill('');
  #hash = 0;

  clear(): void {
    this.length = 0;
    this.hasDigit = false;
    this.#hash = 0;
  }

  /** What goes beyond the longest term is dropped. */
  add(unit: number): void {
    if (this.length === LONGEST_TERM) return;
    if (unit < 0x3a) this.hasDigit = true;
    this.#units[this.length++] = unit;
    this.#hash = (Math.imul(this.#hash, 31) + unit) | 0;
  }

  addAll(units: string): void {
    // A surrogate pair is cut off whole.
    if (this.length + units.length > LONGEST_TERM && units.length === 2 && isHighSurrogate(units.charCodeAt(0))) return;
    for (let at = 0; at < units.length; at++) this.add(units.charCodeAt(at));
  }

  /** The term so far. */
  term(): string {
    const slot = (this.#hash ^ (this.#hash >>> 14)) & (CACHE_SLOTS - 1);
    const known = this.#cache[slot] ?? '';
    if (this.#is(known)) return known;
    const made = String.fromCharCode.apply(undefined, this.#units.subarray(0, this.length) as unknown as number[]);
    this.#cache[slot] = made;
    return made;
  }

  #is(known: string): boolean {
    if (known.length !== this.length) return false;
    for (let at = 0; at < known.length; at++) if (known.charCodeAt(at) !== this.#units[at]) return false;
    return true;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
