/** Keeps so many of the things it is given as have the highest counts; of equal ones the first. */
export class MostFrequent<Thing> {
  readonly #limit: number;
  #kept: { readonly count: number; readonly order: number; readonly thing: Thing }[] = [];
  #given = 0;
  /** What has no more than this is not among them. */
  #below = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a thing with this count may still be among them. */
  takes(count: number): boolean {
    return count > this.#below;
  }

  add(count: number, thing: () => Thing): void {
    if (!this.takes(count)) return;
    this.#kept.push({ count, order: this.#given++, thing: thing() });
    if (this.#kept.length >= 2 * this.#limit + 16) this.#trim();
  }

  /** Those kept, in the order they were given. */
  inOrder(): Thing[] {
    this.#trim();
    return this.#kept.sort((a, b) => a.order - b.order).map(({ thing }) => thing);
  }

  #trim(): void {
    if (this.#kept.length <= this.#limit) return;
    this.#kept.sort((a, b) => b.count - a.count || a.order - b.order);
    this.#kept.length = this.#limit;
    this.#below = this.#kept.at(-1)?.count ?? Number.POSITIVE_INFINITY;
  }
}
