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
/** So much is handed to the thread ahead, so that it need not wait for the next mail, and no more memory is taken. */
const MAX_AHEAD = 16;
const MAX_AHEAD_BYTES = 1024 * 1024;

interface Call {
  readonly question: ReaderQuestion;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A reader in a thread of its own, which reads one mail after the other and is replaced when it dies: what waited
 * behind the mail that killed it is read all the same. `entry` is a module that calls `serveReader`. The thread starts
 * with the first call and does not keep the process alive while it has nothing to do.
 */
export function createReaderThread(entry: URL, given: Partial<ReaderLimits> = {}): MailReader {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const waiting: Call[] = [];
  let thread: ReaderThread | undefined;

  const handOver = (): void => {
    for (let call = waiting[0]; call && (!thread || thread.hasRoomFor(call)); call = waiting[0]) {
      thread ??= new ReaderThread(entry, limits, {
        onAnswer: handOver,
        onEnd: (ended, unread) => {
          waiting.unshift(...unread);
          if (thread === ended) thread = undefined;
          handOver();
        },
      });
      waiting.shift();
      thread.run(call);
    }
  };

  const ask = <T>(method: keyof MailReader, bytes: Uint8Array, argument: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ question: { method, bytes, argument }, resolve, reject });
      handOver();
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
  readonly onAnswer: () => void;
  /** `unread` are those that waited behind the one it died of. */
  readonly onEnd: (thread: ReaderThread, unread: readonly Call[]) => void;
}

class ReaderThread {
  readonly #worker: Worker;
  readonly #limits: ReaderLimits;
  /** In the order they are read in: the first is being read. */
  readonly #calls: Call[] = [];
  #aheadBytes = 0;
  #watch: NodeJS.Timeout | undefined;
  #reason = 'its reader ended';

  constructor(entry: URL, limits: ReaderLimits, { onAnswer, onEnd }: ThreadEvents) {
    this.#limits = limits;
    this.#worker = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes } });
    this.#worker.on('message', ({ value }: ReaderAnswer) => {
      const call = this.#takeFirst();
      call?.resolve(value as never);
      onAnswer();
      if (this.#calls.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error) => {
      this.#reason = error.message;
    });
    this.#worker.on('exit', () => {
      const culprit = this.#takeFirst();
      clearTimeout(this.#watch);
      onEnd(this, this.#calls.splice(0));
      culprit?.reject(new UnreadableError(this.#reason));
    });
  }

  hasRoomFor({ question }: Call): boolean {
    if (this.#calls.length === 0) return true;
    return this.#calls.length < MAX_AHEAD && this.#aheadBytes + question.bytes.length <= MAX_AHEAD_BYTES;
  }

  run(call: Call): void {
    const { question } = call;
    this.#calls.push(call);
    this.#aheadBytes += question.bytes.length;
    this.#worker.ref();
    if (this.#calls.length === 1) this.#watchFirst();
    // A copy of its own can be handed over; the bytes themselves are still needed here.
    const bytes = new Uint8Array(question.bytes);
    this.#worker.postMessage({ ...question, bytes }, [bytes.buffer]);
  }

  #takeFirst(): Call | undefined {
    const call = this.#calls.shift();
    if (call) this.#aheadBytes -= call.question.bytes.length;
    this.#watchFirst();
    return call;
  }

  #watchFirst(): void {
    clearTimeout(this.#watch);
    const [first] = this.#calls;
    if (!first) return;
    const seconds = this.#limits.readSeconds + (first.question.bytes.length / 1_000_000) * SECONDS_PER_MEGABYTE;
    this.#watch = setTimeout(() => {
      this.#reason = `reading took over ${Math.round(seconds)} s`;
      void this.#worker.terminate();
    }, seconds * 1000);
  }
}
