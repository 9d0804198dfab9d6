import type { Clock } from '../../ports/clock.ts';
import type { Ports } from '../../ports/ports.ts';

/** What a book of the configuration reads with. */
export type BookPorts = Pick<Ports, 'tables' | 'clock'>;

/** How old an answer of the books may be; changes made in this process count at once. */
export const BOOK_TTL_MS = 2_000;

export interface RecentAnswersOptions {
  /** How old an answer may be. */
  readonly ttlMs: number;
  /** How many answers are kept at most: bounds memory, whatever is asked for. */
  readonly maxAnswers?: number;
}

const DEFAULT_MAX_ANSWERS = 10_000;

interface Kept<Answer> {
  readonly answer: Promise<Answer>;
  readonly staleAt: number;
}

/**
 * Keeps answers of the tables for a short time, so that hot paths do not read the same item again and
 * again. Whoever changes an item in this process forgets its answer; others see the change after the
 * time to live. Failures are not kept.
 */
export class RecentAnswers<Answer> {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #maxAnswers: number;
  readonly #kept = new Map<string, Kept<Answer>>();

  constructor(clock: Clock, { ttlMs, maxAnswers = DEFAULT_MAX_ANSWERS }: RecentAnswersOptions) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#maxAnswers = maxAnswers;
  }

  /** The answer kept for `key`, else what `load` gives; callers at the same time share one load. */
  get(key: string, load: () => Promise<Answer>): Promise<Answer> {
    const now = this.#clock.now().getTime();
    const kept = this.#kept.get(key);
    if (kept && now < kept.staleAt) return kept.answer;
    this.#kept.delete(key);
    const fresh = { answer: load(), staleAt: now + this.#ttlMs };
    this.#kept.set(key, fresh);
    fresh.answer.catch(() => {
      if (this.#kept.get(key) === fresh) this.#kept.delete(key);
    });
    this.#dropOldest();
    return fresh.answer;
  }

  /** An answer that is being loaded is forgotten, too: it may have been read before the change. */
  forget(key: string): void {
    this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }

  #dropOldest(): void {
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= this.#maxAnswers) return;
      this.#kept.delete(key);
    }
  }
}
