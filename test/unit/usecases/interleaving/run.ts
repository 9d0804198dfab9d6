import type { Call, Calls } from './calls.ts';

/** Runs a port call when the explorer grants it. */
export type Gate = <T>(call: Call<T>) => Promise<T>;

/** What a call came to; equal answers have equal numbers. */
export interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

export interface Answered {
  /** By its number. */
  readonly call: number;
  /** Which one, of those under way that are named alike, in the order they were made. */
  readonly nthAlike: number;
  readonly answer: Answer;
}

interface MadeCall {
  readonly call: Call;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  isAnswered: boolean;
}

/** One run of a process, which goes on only when it is answered. */
export class Run {
  readonly #calls: Calls;
  readonly #made: MadeCall[] = [];
  #failure: unknown;
  #isOver = false;

  private constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Starts a process, and answers it as it was answered before. */
  static async of(start: (gate: Gate) => Promise<void>, calls: Calls, history: readonly Answered[] = []): Promise<Run> {
    const run = new Run(calls);
    start(
      (call) => new Promise((resolve, reject) => run.#made.push({ call, resolve, reject, isAnswered: false })),
    ).then(
      () => run.#end(undefined),
      (error) => run.#end(error),
    );
    await settle();
    for (const answered of history) await run.answer(answered);
    return run;
  }

  async answer({ call, nthAlike, answer }: Answered): Promise<void> {
    const { name } = this.#calls.at(call);
    const alike = this.#made.filter((made) => !made.isAnswered && made.call.name === name);
    const made = alike[nthAlike];
    if (!made) throw new Error('a process is not the same each time');
    made.isAnswered = true;
    if (answer.error === undefined) made.resolve(answer.value as never);
    else made.reject(answer.error);
    await settle();
  }

  /** Numbers of the calls that wait for their answers, in ascending order; none where it is done. */
  underWay(): readonly number[] {
    const waiting = this.#made.filter(({ isAnswered }) => !isAnswered).map(({ call }) => this.#calls.numberOf(call));
    if (waiting.length === 0 && !this.#isOver) throw new Error('a process waits for what is not behind its gate');
    return waiting.sort((one, other) => one - other);
  }

  /** Throws where it failed for good. */
  isToRepeat(): boolean {
    const error = this.#failure;
    if (error === undefined) return false;
    if (error instanceof Error && 'retryable' in error && error.retryable === true) return true;
    throw error;
  }

  #end(failure: unknown): void {
    this.#isOver = true;
    this.#failure = failure;
  }
}

/** Lets everything that was answered run until it waits at the gate again. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
