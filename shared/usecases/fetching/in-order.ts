interface UnderWay {
  readonly work: Promise<unknown>;
  readonly settle: () => Promise<void>;
  readonly share: number;
  isDone: boolean;
}

/**
 * Runs pieces of work at the same time, as long as their shares add up to no more than `limit`, and what follows each
 * in the order they were added: what follows may say that all before it is done. After a failure nothing that follows
 * is run any more.
 */
export class InOrder {
  readonly #limit: number;
  readonly #underWay: UnderWay[] = [];
  #used = 0;
  #hasFailed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Starts the work once there is room for its share; one that is larger than the limit goes alone. Throws what a
   * piece added before threw.
   */
  async add<T>(share: number, work: () => Promise<T>, then: (result: T) => Promise<void>): Promise<void> {
    while (this.#underWay[0]?.isDone || (this.#used > 0 && this.#used + share > this.#limit)) await this.#first();
    let result: { readonly value: T } | undefined;
    const added: UnderWay = {
      work: work().then((value) => {
        result = { value };
        added.isDone = true;
      }),
      settle: async () => {
        if (result) await then(result.value);
      },
      share,
      isDone: false,
    };
    // Its failure is thrown in its turn; until then it must not count as unhandled.
    added.work.catch(() => undefined);
    this.#underWay.push(added);
    this.#used += share;
  }

  /** Runs `then` once all that was added before is done. */
  async follow(then: () => Promise<void>): Promise<void> {
    await this.add(0, async () => undefined, then);
  }

  /** Waits for all. Throws the first failure that was not thrown before, after all have ended. */
  async end(): Promise<void> {
    try {
      while (this.#underWay.length > 0) await this.#first();
    } finally {
      await Promise.allSettled(this.#underWay.splice(0).map(({ work }) => work));
      this.#used = 0;
    }
  }

  async #first(): Promise<void> {
    const next = this.#underWay.shift();
    if (!next) return;
    this.#used -= next.share;
    try {
      await next.work;
      if (!this.#hasFailed) await next.settle();
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }
}
