/** A list of 32-bit numbers that takes four bytes for each: worlds have millions of states and steps. */
export class Numbers {
  #numbers = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  set(index: number, number: number): void {
    this.#numbers[index] = number;
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#length++] = number;
  }
}

/** Steps between states by where they lead: the `from` of those into one state lie side by side. */
export class StepsInto {
  readonly #starts: Int32Array;
  readonly #from: Int32Array;

  constructor(states: number, from: Numbers, to: Numbers) {
    const ends = new Int32Array(states + 1);
    for (let step = 0; step < to.length; step += 1) ends[to.at(step)] = (ends[to.at(step)] ?? 0) + 1;
    for (let state = 1; state <= states; state += 1) ends[state] = (ends[state] ?? 0) + (ends[state - 1] ?? 0);
    this.#from = new Int32Array(to.length);
    for (let step = 0; step < to.length; step += 1) {
      const at = (ends[to.at(step)] ?? 0) - 1;
      ends[to.at(step)] = at;
      this.#from[at] = from.at(step);
    }
    this.#starts = ends;
  }

  of(state: number): Int32Array {
    return this.#from.subarray(this.#starts[state], this.#starts[state + 1]);
  }
}
