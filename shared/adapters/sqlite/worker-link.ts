import { Worker } from 'node:worker_threads';
import { DamagedError, StorageError } from '../../errors.ts';
import type { Answer, FromWorker, Operation, ToWorker, WorkerOptions } from './protocol.ts';

/** So that the first of many waits no longer than for a few commits. */
const MAX_BATCH = 1000;

interface Call {
  readonly operation: Operation;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Sends operations to the database's worker thread: those of one turn, and those that come while the worker
 * is busy, as one batch. Lets the process end while nothing is asked.
 */
export class WorkerLink {
  readonly #worker: Worker;
  #waiting: Call[] = [];
  #running: readonly Call[] = [];
  #isScheduled = false;
  #refusal: StorageError | undefined;
  #closing: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'answers') this.#settle(message.answers);
    });
    worker.on('error', (cause) => this.#end(new StorageError('the tables worker failed', { cause })));
    worker.on('exit', () => this.#end(new StorageError('the tables are closed')));
    worker.unref();
  }

  /** Resolves once the database is open; throws `DamagedError` for one of a newer version, else `StorageError`. */
  static async start(options: WorkerOptions): Promise<WorkerLink> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options });
    await new Promise<void>((resolve, reject) => {
      worker.once('error', (cause) => reject(new StorageError('start the tables worker', { cause })));
      worker.once('message', (message: FromWorker) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'unusable') reject(unusable(options.path, message));
      });
    });
    return new WorkerLink(worker);
  }

  /** Rejects with `StorageError` where the batch failed or the worker is gone. */
  ask(operation: Operation): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#refusal) return reject(this.#refusal);
      this.#waiting.push({ operation, resolve, reject });
      this.#schedule();
    });
  }

  /** Waits for what was asked before; what is asked after is refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#refusal) return;
    this.#refusal = new StorageError('the tables are closed');
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.ref();
    if (this.#waiting.length + this.#running.length > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    this.#worker.ref();
    this.#post('close');
    await exited;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#running.length > 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    this.#running = this.#waiting.splice(0, MAX_BATCH);
    this.#worker.ref();
    this.#post(this.#running.map((call) => call.operation));
  }

  #settle(answers: readonly Answer[]): void {
    const calls = this.#running;
    this.#running = [];
    if (this.#waiting.length > 0) this.#schedule();
    else this.#worker.unref();
    for (const [i, call] of calls.entries()) {
      const answer = answers[i] ?? null;
      if (isFailed(answer)) call.reject(new StorageError(`tables: ${answer.failed}`));
      else call.resolve(answer);
    }
    if (this.#waiting.length === 0) this.#onIdle?.();
  }

  #end(error: StorageError): void {
    this.#refusal ??= error;
    const calls = [...this.#running, ...this.#waiting];
    this.#running = [];
    this.#waiting = [];
    for (const call of calls) call.reject(error);
    this.#onIdle?.();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}

function isFailed(answer: Answer): answer is Answer & { readonly failed: string } {
  return typeof answer === 'object' && answer !== null && 'failed' in answer;
}

function unusable(path: string, { reason, isNewer }: { readonly reason: string; readonly isNewer: boolean }): Error {
  if (isNewer) return new DamagedError(`the database ${path}`, reason);
  return new StorageError(`open the database ${path}`, { cause: new Error(reason) });
}
