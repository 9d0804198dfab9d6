/** Remembers the values added last, up to a number of them. */
export class RecentSet<Value> {
  readonly #limit: number;
  readonly #values = new Set<Value>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(value: Value): void {
    this.#values.delete(value);
    this.#values.add(value);
    if (this.#values.size <= this.#limit) return;
    for (const oldest of this.#values) {
      this.#values.delete(oldest);
      return;
    }
  }

  has(value: Value): boolean {
    return this.#values.has(value);
  }

  delete(value: Value): void {
    this.#values.delete(value);
  }
}
