/** Runs what concerns one key one after the other, within this process: a store directory has one process. */
export class KeyMutex {
  readonly #tails = new Map<string, Promise<void>>();

  /** Settles as `run` does. */
  async run<Result>(key: string, run: () => Promise<Result>): Promise<Result> {
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(run);
    const tail = result.then(ignore, ignore);
    this.#tails.set(key, tail);
    try {
      return await result;
    } finally {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}

function ignore(): void {}
