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

/**
 * Whether a call is its process's own: no other process can tell when it happens, nor changes its answer. A
 * name: it is once all processes of this name are done.
 */
export type Ownership = boolean | string;

/** How many calls a process may make without an end or a failure. */
const MAX_CALLS = 100;

/** One call of a port: equal names mean equal effects. */
export interface Call<T = unknown> {
  readonly name: string;
  readonly own: Ownership;
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
}

interface GrownPoint extends Point {
  readonly history: readonly Answered[];
  readonly next: Map<string, GrownPoint>;
  /** The process itself, standing here, until it was taken further. */
  run: Run | undefined;
}

interface Answered {
  /** Counts the calls of the process in the order it made them. */
  readonly index: number;
  readonly answer: Answer;
}

export class UnfoldedProcess {
  readonly process: Process;
  readonly #points: GrownPoint[] = [];

  private constructor(process: Process) {
    this.process = process;
  }

  static async of(process: Process): Promise<UnfoldedProcess> {
    const unfolded = new UnfoldedProcess(process);
    unfolded.#add(await Run.of(process), []);
    return unfolded;
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
    const from = this.#at(id);
    if (from.history.length > MAX_CALLS) throw new Error(`${this.process.name} goes round for ever`);
    const index = underWay(from)[nth];
    if (index === undefined) throw new Error('no such call');
    const run = from.run ?? (await Run.of(this.process, from.history));
    from.run = undefined;
    await run.answer(index, answer);
    const point = run.isToRepeat() ? this.#at(0) : this.#add(run, [...from.history, { index, answer }]);
    from.next.set(`${nth} ${answer.text}`, point);
    return point.id;
  }

  #at(id: number): GrownPoint {
    const point = this.#points[id];
    if (!point) throw new Error('no such point');
    return point;
  }

  #add(run: Run, history: readonly Answered[]): GrownPoint {
    const calls = run.underWay();
    const point: GrownPoint = { id: this.#points.length, calls, history, next: new Map(), run };
    this.#points.push(point);
    return point;
  }
}

interface MadeCall {
  readonly call: Call;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  isAnswered: boolean;
}

/** One run of a process. */
class Run {
  readonly #made: MadeCall[] = [];
  #failure: unknown;

  static async of(process: Process, history: readonly Answered[] = []): Promise<Run> {
    const run = new Run();
    process
      .start((call) => new Promise((resolve, reject) => run.#made.push({ call, resolve, reject, isAnswered: false })))
      .catch((error) => {
        run.#failure = error;
      });
    await settle();
    for (const { index, answer } of history) await run.answer(index, answer);
    return run;
  }

  async answer(index: number, answer: Answer): Promise<void> {
    const made = this.#made[index];
    if (!made || made.isAnswered) throw new Error('a process is not the same each time');
    made.isAnswered = true;
    if (answer.error === undefined) made.resolve(answer.value as never);
    else made.reject(answer.error);
    await settle();
  }

  underWay(): readonly Call[] {
    return this.#made.filter((made) => !made.isAnswered).map(({ call }) => call);
  }

  /** Throws where it failed for good. */
  isToRepeat(): boolean {
    const error = this.#failure;
    if (error === undefined) return false;
    if (error instanceof Error && 'retryable' in error && error.retryable === true) return true;
    throw error;
  }
}

/** Which calls, by the order they were made in, are under way at a point. */
function underWay({ history, calls }: GrownPoint): readonly number[] {
  const answered = new Set(history.map(({ index }) => index));
  const made = history.length + calls.length;
  return Array.from({ length: made }, (_, index) => index).filter((index) => !answered.has(index));
}

/** Lets everything that was answered run until it waits at the gate again. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
