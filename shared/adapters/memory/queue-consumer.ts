import type { SQSBatchResponse } from 'aws-lambda';
import type { ConsumeOptions, QueueHandler } from './consume-options.ts';
import type { QueueMessage, QueueMessages } from './queue-messages.ts';

interface RetryDelays {
  readonly delayMs: number;
  readonly maxDelayMs: number;
}

/** Delivers the messages of one queue to a handler, in batches. */
export class QueueConsumer {
  readonly #messages: QueueMessages;
  readonly #handler: QueueHandler;
  readonly #options: ConsumeOptions;
  readonly #retry: RetryDelays;
  readonly #running = new Set<Promise<void>>();
  #window: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #isClosed = false;

  constructor(messages: QueueMessages, handler: QueueHandler, options: ConsumeOptions, retry: RetryDelays) {
    this.#messages = messages;
    this.#handler = handler;
    this.#options = options;
    this.#retry = retry;
    messages.onReady(() => this.#wake());
    this.#wake();
  }

  /** Takes nothing more and waits for what runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#messages.onReady(undefined);
    clearTimeout(this.#window);
    await Promise.all(this.#running);
  }

  /** What is sent in one turn goes into one batch. */
  #wake(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch(this.#options.windowMs === 0);
    });
  }

  #dispatch(isWindowOver: boolean): void {
    const { batchSize, concurrency } = this.#options;
    let least = isWindowOver ? 1 : batchSize;
    while (!this.#isClosed && this.#running.size < concurrency && this.#messages.readyCount >= least) {
      const batch = this.#messages.take(batchSize);
      if (batch.length > 0) this.#start(batch);
      if (this.#options.windowMs > 0) least = batchSize;
    }
    const isShort = this.#messages.readyCount > 0 && this.#running.size < concurrency;
    if (isShort && !this.#isClosed) this.#openWindow();
  }

  #openWindow(): void {
    if (this.#window !== undefined) return;
    this.#window = setTimeout(() => {
      this.#window = undefined;
      this.#dispatch(true);
    }, this.#options.windowMs);
    this.#window.unref();
  }

  #start(batch: readonly QueueMessage[]): void {
    const run = this.#deliver(batch).finally(() => {
      this.#running.delete(run);
      this.#wake();
    });
    this.#running.add(run);
  }

  /** Never rejects. */
  async #deliver(batch: readonly QueueMessage[]): Promise<void> {
    const failed = await this.#failedOf(batch);
    for (const message of batch) {
      if (!failed.has(message.messageId)) this.#messages.finish(message);
      else if (message.receiveCount < this.#options.maxReceiveCount) this.#repeat(message);
      else await this.#bury(message);
    }
  }

  /** As Lambda does: a handler that throws, or names a message that it was not given, has failed with all. */
  async #failedOf(batch: readonly QueueMessage[]): Promise<ReadonlySet<string>> {
    const all = new Set(batch.map((message) => message.messageId));
    try {
      const records = batch.map((message) => this.#messages.recordOf(message));
      const failed = identifiersOf(await this.#handler({ Records: records }));
      return failed.every((identifier) => all.has(identifier)) ? new Set(failed) : all;
    } catch {
      return all;
    }
  }

  #repeat(message: QueueMessage): void {
    const { delayMs, maxDelayMs } = this.#retry;
    this.#messages.giveBack(message, Math.min(delayMs * 2 ** (message.receiveCount - 1), maxDelayMs));
  }

  async #bury(message: QueueMessage): Promise<void> {
    try {
      await this.#options.onDeadLetter(this.#messages.recordOf(message));
      this.#messages.finish(message);
    } catch {
      this.#repeat(message);
    }
  }
}

function identifiersOf(response: SQSBatchResponse | undefined): readonly string[] {
  return response?.batchItemFailures.map((failure) => failure.itemIdentifier) ?? [];
}
