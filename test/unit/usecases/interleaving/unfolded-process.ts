/**
 * A process taken apart: what it waits for depends only on what it has been answered since its start, so
 * each such history is run once, however many states of the world it occurs in.
 */
export interface Process {
  readonly name: string;
  /** How many of it there are, alike in everything. */
  readonly copies: number;
  /** How often each copy may die; it is started again each time. */
  readonly crashes: number;
  /** Starts it on ports whose every call goes through `gate`. A retryable rejection starts it again at no cost. */
  readonly start: (gate: Gate) => Promise<void>;
}

/** One call of a port: equal names mean equal effects. */
export interface Call<T = unknown> {
  readonly name: string;
  /** No other process can tell when it happens, nor changes its answer. */
  readonly own: boolean;
  readonly run: () => Promise<T>;
}

/** Runs a port call when the explorer grants it. */
export type Gate = <T>(call: Call<T>) => Promise<T>;

/** What a call came to; the text is equal for equal answers. */
export interface Answer {
  readonly text: string;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** A process at rest: everything it was answered is used up. */
export interface Point {
  /** Unique within its process; 0 is the start. */
  readonly id: number;
  /** Its calls under way, each of which may be the next to take effect; none where the process is done. */
  readonly calls: readonly Call[];
  /** Whether all of them are its own. */
  readonly own: boolean;
}

interface GrownPoint extends Point {
  readonly history: readonly Answered[];
  readonly next: Map<string, GrownPoint>;
}

interface Answered {
  /** Counts the calls of the process in the order it made them. */
  readonly index: number;
  readonly answer: Answer;
}

interface MadeCall {
  readonly call: Call;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  isAnswered: boolean;
}

export class UnfoldedProcess {
  readonly process: Process;
  readonly #points: GrownPoint[] = [];

  private constructor(process: Process) {
    this.process = process;
  }

  static async of(process: Process): Promise<UnfoldedProcess> {
    const unfolded = new UnfoldedProcess(process);
    await unfolded.#grow([]);
    return unfolded;
  }

  get size(): number {
    return this.#points.length;
  }

  point(id: number): Point {
    return this.#at(id);
  }

  /** Where the process is after the `nth` call of a point was answered, if that happened before. */
  known(id: number, nth: number, answer: Answer): number | undefined {
    return this.#at(id).next.get(`${nth} ${answer.text}`)?.id;
  }

  /** The same for an answer that is new. Throws what the process throws, unless that is retryable. */
  async after(id: number, nth: number, answer: Answer): Promise<number> {
    const { history, calls, next } = this.#at(id);
    const call = calls[nth];
    if (!call) throw new Error('no such call');
    const index = indexesOf(history, calls.length)[nth] ?? 0;
    const point = await this.#grow([...history, { index, answer }]);
    next.set(`${nth} ${answer.text}`, point);
    return point.id;
  }

  #at(id: number): GrownPoint {
    const point = this.#points[id];
    if (!point) throw new Error('no such point');
    return point;
  }

  /** Runs the process anew with the answers of a history. */
  async #grow(history: readonly Answered[]): Promise<GrownPoint> {
    const made: MadeCall[] = [];
    let failure: unknown;
    this.process
      .start((call) => new Promise((resolve, reject) => made.push({ call, resolve, reject, isAnswered: false })))
      .catch((error) => {
        failure = error;
      });
    await settle();
    for (const { index, answer } of history) {
      const one = made[index];
      if (!one) throw new Error(`${this.process.name} is not the same each time`);
      one.isAnswered = true;
      if (answer.error === undefined) one.resolve(answer.value as never);
      else one.reject(answer.error);
      await settle();
    }
    if (isRetryable(failure)) return this.#at(0);
    if (failure !== undefined) throw failure;
    const calls = made.filter((one) => !one.isAnswered).map(({ call }) => call);
    const own = calls.every((call) => call.own);
    const point: GrownPoint = { id: this.#points.length, calls, own, history, next: new Map() };
    this.#points.push(point);
    return point;
  }
}

/** Which calls, by the order they were made in, are under way after a history. */
function indexesOf(history: readonly Answered[], underWay: number): readonly number[] {
  const answered = new Set(history.map(({ index }) => index));
  return Array.from({ length: history.length + underWay }, (_, index) => index).filter((index) => !answered.has(index));
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}

/** Lets everything that was answered run until it waits at the gate again. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
