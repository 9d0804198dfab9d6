import { hash, randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import type { Clock } from '../../ports/clock.ts';
import type { QueueName } from '../../ports/queue.ts';

/** One message and what SQS would know of it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: Date;
  firstReceivedAt?: Date;
  receiveCount: number;
}

/** The messages of one queue. */
export class QueueMessages {
  readonly #name: QueueName;
  readonly #clock: Clock;
  readonly #timers = new Set<NodeJS.Timeout>();
  #ready: QueueMessage[] = [];
  #depth = 0;
  #onReady: (() => void) | undefined;
  #onEmpty: (() => void)[] = [];

  constructor(name: QueueName, clock: Clock) {
    this.#name = name;
    this.#clock = clock;
  }

  /** Messages that are not done. */
  get depth(): number {
    return this.#depth;
  }

  /** Messages that can be taken. */
  get readyCount(): number {
    return this.#ready.length;
  }

  /** Calls `listener` whenever a message can be taken that could not before. */
  onReady(listener: (() => void) | undefined): void {
    this.#onReady = listener;
  }

  add(body: string, delayMs: number): void {
    this.#depth++;
    this.#offer({ messageId: randomUUID(), body, sentAt: this.#clock.now(), receiveCount: 0 }, delayMs);
  }

  /** Takes up to `count` messages; each must be finished or given back. */
  take(count: number): readonly QueueMessage[] {
    const taken = this.#ready.slice(0, count);
    this.#ready = this.#ready.slice(count);
    for (const message of taken) {
      message.receiveCount++;
      message.firstReceivedAt ??= this.#clock.now();
    }
    return taken;
  }

  finish(): void {
    this.#depth--;
    if (this.#depth > 0) return;
    for (const listener of this.#onEmpty.splice(0)) listener();
  }

  giveBack(message: QueueMessage, delayMs: number): void {
    this.#offer(message, delayMs);
  }

  whenEmpty(): Promise<void> {
    if (this.#depth === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  /** Forgets the timers; what was delayed is never offered. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** The message as an SQS event source would show it. */
  recordOf(message: QueueMessage): SQSRecord {
    return {
      messageId: message.messageId,
      receiptHandle: `${message.messageId}.${message.receiveCount}`,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        ApproximateFirstReceiveTimestamp: String((message.firstReceivedAt ?? message.sentAt).getTime()),
        SentTimestamp: String(message.sentAt.getTime()),
        SenderId: 'local',
      },
      messageAttributes: {},
      md5OfBody: hash('md5', message.body),
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:local:000000000000:${this.#name}`,
      awsRegion: 'local',
    };
  }

  #offer(message: QueueMessage, delayMs: number): void {
    if (delayMs > 0) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#offer(message, 0);
      }, delayMs);
      timer.unref();
      this.#timers.add(timer);
      return;
    }
    this.#ready.push(message);
    this.#onReady?.();
  }
}
