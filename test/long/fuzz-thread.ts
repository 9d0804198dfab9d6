import { Worker } from 'node:worker_threads';

/** What a thread is given at its start. */
export interface FuzzTask {
  readonly seed: number;
  readonly sources: readonly (readonly string[])[];
  /** One 32-bit integer: the number of the mail that is being checked; `NONE` while none is. */
  readonly current: SharedArrayBuffer;
}

export const NONE = -1;

export type FuzzMessage =
  | { readonly kind: 'failed'; readonly number: number; readonly reason: string }
  | { readonly kind: 'done' };

/** How one run of a thread ended: all of its block is done, or it stopped at a mail. */
export type RunEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'hung' | 'died'; readonly number: number; readonly reason: string };

const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
const LOOK_EVERY_MS = 250;

/** A worker that checks mutated mails under a limit of memory and of time for each. */
export class FuzzThread {
  readonly #current = new SharedArrayBuffer(4);
  readonly #worker: Worker;

  constructor(task: Omit<FuzzTask, 'current'>) {
    const workerData: FuzzTask = { ...task, current: this.#current };
    this.#worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData, resourceLimits: LIMITS });
  }

  /**
   * Checks the mails of a block from number `from` on; `onFailure` hears of each that fails. A thread
   * that took longer than `patienceMs` for one mail, or died of it, cannot be used again.
   */
  async run(
    work: { readonly block: number; readonly from: number; readonly patienceMs: number },
    onFailure: (number: number, reason: string) => void,
  ): Promise<RunEnd> {
    const at = new Int32Array(this.#current);
    Atomics.store(at, 0, NONE);
    const worker = this.#worker;
    const numberAt = () => Math.max(work.from, Atomics.load(at, 0));
    return await new Promise((resolve) => {
      let last = -1;
      let since = 0;
      const timer = setInterval(() => {
        const number = Atomics.load(at, 0);
        if (number === NONE || number !== last) [last, since] = [number, performance.now()];
        else if (performance.now() - since > work.patienceMs) {
          end({ kind: 'hung', number, reason: `no end within ${work.patienceMs} ms` });
        }
      }, LOOK_EVERY_MS);
      const end = (how: RunEnd) => {
        clearInterval(timer);
        worker.off('error', onError).off('exit', onExit).off('message', onMessage);
        resolve(how);
      };
      const onError = (error: Error) => end({ kind: 'died', number: numberAt(), reason: String(error) });
      const onExit = () => end({ kind: 'died', number: numberAt(), reason: 'the thread ended' });
      const onMessage = (message: FuzzMessage) => {
        if (message.kind === 'failed') onFailure(message.number, message.reason);
        else end({ kind: 'done' });
      };
      worker.on('error', onError).on('exit', onExit).on('message', onMessage);
      worker.postMessage({ block: work.block, from: work.from });
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
