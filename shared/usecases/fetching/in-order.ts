/**
 * Runs pieces of work at the same time, at most `atOnce`, and what follows each in the order they were added: what
 * follows may say that all before it is done. After a failure nothing that follows is run any more.
 */
export class InOrder {
  readonly #atOnce: number;
  readonly #underWay: { readonly work: Promise<unknown>; readonly settle: () => Promise<void> }[] = [];

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Resolves once there is room for more. Throws what a piece added before threw. */
  async add<T>(work: () => Promise<T>, then: (result: T) => Promise<void>): Promise<void> {
    while (this.#underWay.length >= this.#atOnce) await this.#first();
    const running = work();
    let result: { readonly value: T } | undefined;
    const waited = running.then((value) => {
      result = { value };
    });
    // Its failure is thrown in its turn; until then it must not count as unhandled.
    waited.catch(() => undefined);
    this.#underWay.push({
      work: waited,
      settle: async () => {
        if (result) await then(result.value);
      },
    });
  }

  /** Waits for all. Throws the first failure, after all have ended. */
  async end(): Promise<void> {
    try {
      while (this.#underWay.length > 0) await this.#first();
    } finally {
      await Promise.allSettled(this.#underWay.splice(0).map(({ work }) => work));
    }
  }

  async #first(): Promise<void> {
    const next = this.#underWay.shift();
    await next?.work;
    await next?.settle();
  }
}
