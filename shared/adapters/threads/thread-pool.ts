import { Worker } from 'node:worker_threads';
import { StorageError } from '../../errors.ts';
import type { ThreadAnswer, ThreadQuestion } from './protocol.ts';

export interface ThreadPoolOptions {
  /** How many threads there are at most; each begins when it is first needed and stays. */
  readonly threads: number;
  /** Of each thread; typed arrays and buffers lie outside. A thread that wants more dies, and nothing else does. */
  readonly heapMegabytes: number;
  /** How much of it is for what was made new, where the pool's own measure is too much beside it. */
  readonly youngMegabytes?: number;
  /** What each thread finds as its `workerData`. */
  readonly workerData?: unknown;
}

interface Call {
  /** What the thread is asked, once it has waited so long. */
  readonly question: (waitedMs: number) => unknown;
  /** Of the clock that never goes back. */
  readonly since: number;
  /** Which thread has it by preference: it may know what the question is about. */
  readonly place: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Questions that wait for a thread. Stops a flood of them from taking memory; more are turned away. */
const MAX_WAITING = 10_000;
/**
 * What a thread makes new before it is looked at whether it is still needed. V8's own limit is several times as much, and
 * buffers hang on to it: a thread of a few megabytes would take a hundred more.
 */
const YOUNG_MEGABYTES = 12;

/**
 * Has questions answered by threads, each of which works on one at a time. `entry` is a module that calls
 * `serveThread`. Of a thread that dies the question fails with `StorageError`, and a fresh one takes its place. The
 * threads keep the process alive only while they are asked something.
 */
export class ThreadPool {
  readonly #entry: URL;
  readonly #options: ThreadPoolOptions;
  readonly #threads: (PoolThread | undefined)[];
  readonly #waiting: Call[] = [];
  #isClosed = false;

  constructor(entry: URL, options: ThreadPoolOptions) {
    this.#entry = entry;
    this.#options = options;
    this.#threads = Array.from({ length: options.threads }, () => undefined);
  }

  /**
   * Throws `StorageError` where the thread failed, died, or the pool is closed. Questions with the same `place` go to
   * the same thread, as long as it has nothing else to do.
   */
  ask(question: unknown, place = 0): Promise<unknown> {
    return this.askLater(() => question, place);
  }

  /** The same, of a question that depends on how long it waited for a thread. */
  askLater(question: (waitedMs: number) => unknown, place = 0): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed || this.#waiting.length >= MAX_WAITING) {
        reject(new StorageError(this.#isClosed ? 'the threads are closed' : 'too much waits for the threads'));
        return;
      }
      const call = { question, since: performance.now(), place: Math.abs(place) % this.#threads.length };
      this.#waiting.push({ ...call, resolve, reject });
      this.#handOver();
    });
  }

  /** Ends the threads; what they were asked fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const call of this.#waiting.splice(0)) call.reject(new StorageError('the threads are closed'));
    await Promise.all(this.#threads.map((thread) => thread?.end()));
  }

  #handOver(): void {
    for (let call = this.#waiting[0]; call; call = this.#waiting[0]) {
      const { place } = call;
      const isFree = (at: number) => this.#threads[at]?.isIdle ?? true;
      const at = isFree(place) ? place : this.#threads.findIndex((_, index) => isFree(index));
      if (at < 0) return;
      this.#waiting.shift();
      const thread = this.#threads[at] ?? this.#begin(at);
      thread.run(call);
    }
  }

  #begin(at: number): PoolThread {
    const thread = new PoolThread(this.#entry, this.#options, {
      onAnswer: () => this.#handOver(),
      onEnd: () => {
        this.#threads[at] = undefined;
        if (!this.#isClosed) this.#handOver();
      },
    });
    this.#threads[at] = thread;
    return thread;
  }
}

class PoolThread {
  readonly #worker: Worker;
  #call: Call | undefined;
  #lastId = 0;

  constructor(
    entry: URL,
    { heapMegabytes, youngMegabytes = YOUNG_MEGABYTES, workerData }: ThreadPoolOptions,
    { onAnswer, onEnd }: { readonly onAnswer: () => void; readonly onEnd: () => void },
  ) {
    this.#worker = new Worker(entry, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
    });
    this.#worker.unref();
    let cause: unknown;
    this.#worker.on('message', (answer: ThreadAnswer) => {
      this.#settle(answer);
      onAnswer();
    });
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#worker.on('exit', () => {
      const call = this.#call;
      this.#call = undefined;
      onEnd();
      call?.reject(new StorageError('a thread ended', { cause }));
    });
  }

  get isIdle(): boolean {
    return this.#call === undefined;
  }

  run(call: Call): void {
    this.#call = call;
    this.#lastId += 1;
    this.#worker.ref();
    const question: ThreadQuestion = { id: this.#lastId, question: call.question(performance.now() - call.since) };
    this.#worker.postMessage(question);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: ThreadAnswer): void {
    const call = this.#call;
    if (!call || answer.id !== this.#lastId) return;
    this.#call = undefined;
    this.#worker.unref();
    if ('failed' in answer) call.reject(new StorageError(`in a thread: ${answer.failed}`));
    else call.resolve(answer.answer);
  }
}
