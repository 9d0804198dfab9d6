import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { isCancelled } from '../jobs/jobs.ts';
import { endLease, renewLease } from './account-lease.ts';

/** How often a run looks whether it was cancelled, and in which of the rounds it says that it is alive. */
const WATCH_MS = 1_000;
const RENEW_EVERY = 5;

/** Looks after a run: ends it where the job was cancelled or the mailbox was taken over. */
export class RunWatch {
  readonly #abort = new AbortController();
  readonly #ports: Pick<Ports, 'tables' | 'clock' | 'logs'>;
  readonly #jobId: string;
  readonly #timer: NodeJS.Timeout;
  #lease: Item;
  #rounds = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(ports: Pick<Ports, 'tables' | 'clock' | 'logs'>, jobId: string, lease: Item) {
    this.#ports = ports;
    this.#jobId = jobId;
    this.#lease = lease;
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, WATCH_MS);
    this.#timer.unref();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await endLease(this.#ports, this.#lease);
  }

  async #look(): Promise<void> {
    if (this.signal.aborted) return;
    try {
      if (await isCancelled(this.#ports, this.#jobId)) return this.#abort.abort('cancelled');
      this.#rounds += 1;
      if (this.#rounds % RENEW_EVERY !== 0) return;
      const renewed = await renewLease(this.#ports, this.#lease);
      if (renewed) this.#lease = renewed;
      else this.#abort.abort('lost');
    } catch (error) {
      this.#ports.logs.warn('fetch not watched', { jobId: this.#jobId, error });
    }
  }
}
