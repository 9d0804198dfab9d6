import { CallSet } from './call-set.ts';
import type { Calls } from './calls.ts';
import { type Answer, type Answered, type Gate, Run } from './run.ts';

export interface Process {
  readonly name: string;
  /** How many of it there are, alike in everything. */
  readonly copies: number;
  /** How often each copy may die; it is started again each time. */
  readonly crashes: number;
  /** Starts it on ports whose every call goes through `gate`. A retryable rejection starts it again at no cost. */
  readonly start: (gate: Gate) => Promise<void>;
}

/** A process at rest: everything it was answered is used up. */
export interface Point {
  /** Unique within its process; 0 is the start. */
  readonly id: number;
  /** Numbers of its calls under way, each of which may be the next to take effect; none where the process is done. */
  readonly calls: readonly number[];
  /** All that it may call from here on before it dies, as far as it was followed. */
  readonly future: CallSet;
  /** Whether it was followed from here at all. */
  readonly isFollowed: boolean;
}

/** How many calls a process may make without an end or a failure. */
const MAX_CALLS = 100;
/** More answers than any world has. */
const ANSWERS = 2 ** 20;

interface Way {
  readonly history: readonly Answered[];
  /** The process itself, standing here, until it was taken further. */
  run: Run | undefined;
}

class GrownPoint implements Point {
  readonly id: number;
  readonly calls: readonly number[];
  readonly future = new CallSet();
  /** At most two, which differ in the order of answers. */
  readonly ways: Way[];
  /** Whether it had no call under way when it made these. */
  readonly isFresh: boolean;
  /** The last such point before this one. */
  readonly since: number;
  readonly next = new Map<number, GrownPoint>();
  readonly from: GrownPoint[] = [];

  constructor(id: number, calls: readonly number[], way: Way, isFresh: boolean, since: number) {
    this.id = id;
    this.calls = calls;
    this.ways = [way];
    this.isFresh = isFresh;
    this.since = since;
    for (const call of calls) this.future.add(call);
  }

  get isFollowed(): boolean {
    return this.next.size > 0;
  }
}

/**
 * A process taken apart: what it waits for depends only on what it has been answered since its start, so each such
 * history is run once, however many states of the world it occurs in. Calls under way at once may be answered in any
 * order: a process that has the same answers stands at the same point. That it does not go by their order is taken for
 * granted of use cases, which wait for all of them, and looked at: two orders are followed side by side for as long as
 * the process runs, and must make the same calls.
 */
export class UnfoldedProcess {
  readonly process: Process;
  readonly #calls: Calls;
  readonly #tellsOrders: boolean;
  readonly #points: GrownPoint[] = [];
  readonly #byHistory = new Map<string, GrownPoint>();

  private constructor(process: Process, calls: Calls, tellsOrders: boolean) {
    this.process = process;
    this.#calls = calls;
    this.#tellsOrders = tellsOrders;
  }

  /** With `tellsOrders`, histories with different orders lead to different points. */
  static async of(process: Process, calls: Calls, tellsOrders: boolean): Promise<UnfoldedProcess> {
    const unfolded = new UnfoldedProcess(process, calls, tellsOrders);
    unfolded.#add({ history: [], run: await Run.of(process.start, calls) }, true, 0);
    return unfolded;
  }

  point(id: number): Point {
    return this.#at(id);
  }

  /** Where the process is after the `nth` call of a point was answered, if that happened before. */
  known(id: number, nth: number, answer: Answer): number | undefined {
    return this.#at(id).next.get(nth * ANSWERS + answer.number)?.id;
  }

  /** The same for an answer that is new. Throws what the process throws, unless that is retryable. */
  async after(id: number, nth: number, answer: Answer): Promise<number> {
    const from = this.#at(id);
    const call = from.calls[nth];
    if (call === undefined) throw new Error('no such call');
    const answered = { call, nthAlike: nth - from.calls.indexOf(call), answer };
    const [first, second] = from.ways;
    if (!first) throw new Error('no way leads here');
    const to = await this.#further(from, first, answered);
    // Calls that are named alike cannot be told apart in another order.
    if (second && new Set(from.calls).size === from.calls.length) {
      const same = await this.#further(from, second, answered);
      if (same.calls.join() !== to.calls.join()) throw this.#goesByOrder();
    }
    from.next.set(nth * ANSWERS + answer.number, to);
    to.from.push(from);
    growFutures(from, to);
    return to.id;
  }

  async #further(from: GrownPoint, way: Way, answered: Answered): Promise<GrownPoint> {
    if (way.history.length > MAX_CALLS) throw new Error(`${this.process.name} goes round for ever`);
    const run = way.run ?? (await Run.of(this.process.start, this.#calls, way.history));
    way.run = undefined;
    await run.answer(answered);
    if (run.isToRepeat()) return this.#at(0);
    const history = [...way.history, answered];
    return this.#add({ history, run }, from.calls.length === 1, from.isFresh ? from.id : from.since);
  }

  #add(way: Way, isFresh: boolean, since: number): GrownPoint {
    const calls = way.run?.underWay() ?? [];
    // Who is done is done, whatever was answered.
    const isDone = calls.length === 0 && this.#points.length > 0;
    const key = isDone ? 'done' : this.#keyOf(way.history, calls, since);
    const there = this.#byHistory.get(key);
    if (there) {
      if (there.calls.join() !== calls.join()) throw this.#goesByOrder();
      if (!isDone && !there.ways.some(({ history }) => hasOrder(history, way.history)) && there.ways.length < 2) {
        there.ways.push(way);
      }
      return there;
    }
    const point = new GrownPoint(this.#points.length, calls, way, isFresh, since);
    this.#points.push(point);
    this.#byHistory.set(key, point);
    return point;
  }

  #keyOf(history: readonly Answered[], calls: readonly number[], since: number): string {
    const answered = history.slice(this.#points[since]?.ways[0]?.history.length ?? 0);
    const texts = answered.map(({ call, nthAlike, answer }) => `${call} ${nthAlike} ${answer.number}`);
    // Of calls that are named alike it is not clear which one was answered.
    const named = [...calls, ...answered.map(({ call }) => call)];
    const isClear = new Set(named).size === named.length;
    return isClear && !this.#tellsOrders ? `${since}: ${texts.sort().join()}` : `${since}! ${texts.join()}`;
  }

  #goesByOrder(): Error {
    return new Error(`${this.process.name} goes by the order in which its calls are answered`);
  }

  #at(id: number): GrownPoint {
    const point = this.#points[id];
    if (!point) throw new Error('no such point');
    return point;
  }
}

/** What may be called from a point on may be called from where one comes from, too. */
function growFutures(from: GrownPoint, to: GrownPoint): void {
  const grown = from.future.addAll(to.future) ? [from] : [];
  for (let point = grown.pop(); point; point = grown.pop()) {
    for (const before of point.from) if (before.future.addAll(point.future)) grown.push(before);
  }
}

function hasOrder(some: readonly Answered[], others: readonly Answered[]): boolean {
  return some.every(({ call, answer }, index) => {
    const other = others[index];
    return other?.call === call && other.answer.number === answer.number;
  });
}
