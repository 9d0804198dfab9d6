import { Worker } from 'node:worker_threads';
import { UnreadableError } from '../../errors.ts';
import type { MailReader } from '../../ports/mail-reader.ts';
import type { ReaderAnswer, ReaderQuestion } from './protocol.ts';

export interface ReaderLimits {
  /** Of what is read, its parts and text; the bytes lie outside. Stops mail that takes all memory. */
  readonly heapMegabytes: number;
  /** How long reading may take, beside `SECONDS_PER_MEGABYTE`. Stops mail that is read for ever. */
  readonly readSeconds: number;
}

const DEFAULT_LIMITS: ReaderLimits = { heapMegabytes: 512, readSeconds: 10 };
const SECONDS_PER_MEGABYTE = 1;

interface Call {
  readonly question: ReaderQuestion;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A reader in a thread of its own, which reads one mail at a time and is replaced when it dies: what waited behind
 * the mail that killed it is read all the same. `entry` is a module that calls `serveReader`. The thread starts with
 * the first call and does not keep the process alive while it has nothing to do.
 */
export function createReaderThread(entry: URL, given: Partial<ReaderLimits> = {}): MailReader {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const waiting: Call[] = [];
  let thread: ReaderThread | undefined;

  const next = (): void => {
    if (waiting.length === 0 || thread?.isBusy) return;
    thread ??= new ReaderThread(entry, limits, {
      onIdle: next,
      onEnd: (ended) => {
        if (thread === ended) thread = undefined;
        next();
      },
    });
    const call = waiting.shift();
    if (call) thread.run(call);
  };

  const ask = <T>(method: keyof MailReader, bytes: Uint8Array, argument: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ question: { method, bytes, argument }, resolve, reject });
      next();
    });

  return {
    // A caller's rules may come with what no thread can be handed.
    readArrival: (arrival, { journalDomain, singleInstanceBytes }) =>
      ask('readArrival', arrival, { journalDomain, singleInstanceBytes }),
    viewOriginal: (original) => ask('viewOriginal', original, undefined),
    readAttachment: (original, index) => ask('readAttachment', original, index),
  };
}

interface ThreadEvents {
  readonly onIdle: () => void;
  readonly onEnd: (thread: ReaderThread) => void;
}

class ReaderThread {
  readonly #worker: Worker;
  readonly #limits: ReaderLimits;
  #call: Call | undefined;
  #watch: NodeJS.Timeout | undefined;
  #reason = 'its reader ended';

  constructor(entry: URL, limits: ReaderLimits, { onIdle, onEnd }: ThreadEvents) {
    this.#limits = limits;
    this.#worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes } });
    this.#worker.on('message', ({ value }: ReaderAnswer) => {
      const call = this.#finish();
      this.#worker.unref();
      call?.resolve(value as never);
      onIdle();
    });
    this.#worker.on('error', (error) => {
      this.#reason = error.message;
    });
    this.#worker.on('exit', () => {
      this.#finish()?.reject(new UnreadableError(this.#reason));
      onEnd(this);
    });
  }

  get isBusy(): boolean {
    return this.#call !== undefined;
  }

  run(call: Call): void {
    this.#call = call;
    const { question } = call;
    const seconds = this.#limits.readSeconds + (question.bytes.length / 1_000_000) * SECONDS_PER_MEGABYTE;
    this.#watch = setTimeout(() => {
      this.#reason = `reading took over ${Math.round(seconds)} s`;
      void this.#worker.terminate();
    }, seconds * 1000);
    this.#worker.ref();
    // A copy of its own can be handed over; the bytes themselves are still needed here.
    const bytes = new Uint8Array(question.bytes);
    this.#worker.postMessage({ ...question, bytes }, [bytes.buffer]);
  }

  #finish(): Call | undefined {
    clearTimeout(this.#watch);
    const call = this.#call;
    this.#call = undefined;
    return call;
  }
}
