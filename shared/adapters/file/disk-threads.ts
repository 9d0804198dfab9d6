import { Worker } from 'node:worker_threads';
import { StorageError } from '../../errors.ts';
import type { DiskAnswer, DiskOperation, SystemFailure } from './disk-protocol.ts';

/** They share the syncs of directories, and all wait for the slowest. */
const MAX_OPERATIONS = 16;
/** More is not given to one thread at once while others could write it. */
const MAX_BATCH_BYTES = 1024 * 1024;
/** What a thread needs beside the bytes, which lie outside of its heap. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 };

export type Succeeded = Exclude<DiskAnswer, { readonly outcome: 'failed' }>;

interface Call {
  readonly operation: DiskOperation;
  readonly resolve: (answer: Succeeded) => void;
  readonly reject: (error: Error) => void;
}

/** A system call that failed in a disk thread. */
class DiskFailure extends Error {
  override readonly name = 'DiskFailure';
  readonly code: string;
  readonly syscall: string;

  constructor({ message, code, syscall }: SystemFailure) {
    super(message);
    this.code = code;
    this.syscall = syscall;
  }
}

/**
 * Threads that wait for the disk, so that no other does. A call of `fs` would cross threads at each step of
 * an object's way to the disk; here whole objects do, several at a time. Threads start when
 * they are needed, and let the process end while they have nothing to do.
 */
export class DiskThreads {
  readonly #size: number;
  readonly #idle: DiskThread[] = [];
  readonly #waiting: Call[] = [];
  #started = 0;
  #isScheduled = false;

  constructor(size: number) {
    this.#size = size;
  }

  /** The bytes in `operation` are taken over. Rejects with the system's error, and with `StorageError` where the thread died. */
  ask(operation: DiskOperation): Promise<Succeeded> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#idle.pop() ?? this.#start();
      if (thread === undefined) return;
      thread.run(this.#waiting.splice(0, batchLength(this.#waiting, this.#size)));
    }
  }

  #start(): DiskThread | undefined {
    if (this.#started === this.#size) return undefined;
    this.#started++;
    return new DiskThread({
      onIdle: (thread) => {
        this.#idle.push(thread);
        if (this.#waiting.length > 0) this.#schedule();
      },
      onEnd: (thread) => {
        this.#started--;
        const at = this.#idle.indexOf(thread);
        if (at >= 0) this.#idle.splice(at, 1);
        if (this.#waiting.length > 0) this.#schedule();
      },
    });
  }
}

interface ThreadEvents {
  readonly onIdle: (thread: DiskThread) => void;
  readonly onEnd: (thread: DiskThread) => void;
}

class DiskThread {
  readonly #worker = new Worker(new URL('./disk-thread.ts', import.meta.url), { resourceLimits: THREAD_LIMITS });
  #running: readonly Call[] = [];

  constructor({ onIdle, onEnd }: ThreadEvents) {
    this.#worker.on('message', (answers: readonly DiskAnswer[]) => {
      const calls = this.#running;
      this.#running = [];
      this.#worker.unref();
      onIdle(this);
      for (const [i, call] of calls.entries()) settle(call, answers[i]);
    });
    this.#worker.on('error', (cause) => this.#end(new StorageError('a disk thread failed', { cause })));
    this.#worker.on('exit', () => {
      this.#end(new StorageError('a disk thread ended'));
      onEnd(this);
    });
  }

  run(calls: readonly Call[]): void {
    this.#running = calls;
    this.#worker.ref();
    const operations = calls.map((call) => call.operation);
    this.#worker.postMessage(operations, operations.flatMap(buffersOf));
  }

  #end(error: StorageError): void {
    for (const call of this.#running) call.reject(error);
    this.#running = [];
  }
}

/** As many as leave something for the other threads. */
function batchLength(waiting: readonly Call[], threads: number): number {
  const most = Math.min(MAX_OPERATIONS, Math.ceil(waiting.length / threads));
  let bytes = 0;
  for (const [length, { operation }] of waiting.slice(0, most).entries()) {
    for (const buffer of buffersOf(operation)) bytes += buffer.byteLength;
    if (bytes > MAX_BATCH_BYTES) return Math.max(1, length);
  }
  return most;
}

function buffersOf(operation: DiskOperation): readonly ArrayBuffer[] {
  if (!('draft' in operation)) return [];
  const { buffer } = operation.draft.bytes;
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}

function settle(call: Call, answer: DiskAnswer | undefined): void {
  if (answer === undefined) call.reject(new StorageError('a disk thread gave no answer'));
  else if (answer.outcome === 'failed') call.reject(new DiskFailure(answer.failure));
  else call.resolve(answer);
}
