import { hash, randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import type { Clock } from '../../ports/clock.ts';
import type { QueueName } from '../../ports/queue.ts';

/** One message and what SQS would know of it. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly group?: string;
  readonly sentAt: Date;
  firstReceivedAt?: Date;
  receiveCount: number;
}

/** The messages of one queue. */
export class QueueMessages {
  readonly #name: QueueName;
  readonly #clock: Clock;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** What waits to be delivered for the first time in a group, by group and body. */
  readonly #waiting = new Set<string>();
  /** Groups of which a message is being handled, with those that wait for it. */
  readonly #busy = new Map<string, QueueMessage[]>();
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

  /** Adds nothing where the same waits already. */
  addToGroup(group: string, body: string, delayMs: number): void {
    const name = nameOf(group, body);
    if (this.#waiting.has(name)) return;
    this.#waiting.add(name);
    this.#depth++;
    this.#offer({ messageId: randomUUID(), body, group, sentAt: this.#clock.now(), receiveCount: 0 }, delayMs);
  }

  /** Takes up to `count` messages, of a group one at a time; each must be finished or given back. */
  take(count: number): readonly QueueMessage[] {
    const taken: QueueMessage[] = [];
    let looked = 0;
    for (; looked < this.#ready.length && taken.length < count; looked += 1) {
      const message = this.#ready[looked];
      if (message && this.#begin(message)) taken.push(message);
    }
    this.#ready = this.#ready.slice(looked);
    return taken;
  }

  finish(message: QueueMessage): void {
    this.#endGroup(message);
    this.#depth--;
    if (this.#depth > 0) return;
    for (const listener of this.#onEmpty.splice(0)) listener();
  }

  giveBack(message: QueueMessage, delayMs: number): void {
    this.#endGroup(message);
    this.#offer(message, delayMs);
  }

  /** False where another of its group is being handled: it is offered again after that. */
  #begin(message: QueueMessage): boolean {
    const { group } = message;
    if (group !== undefined) {
      const behind = this.#busy.get(group);
      if (behind) return !behind.push(message);
      this.#busy.set(group, []);
      this.#waiting.delete(nameOf(group, message.body));
    }
    message.receiveCount++;
    message.firstReceivedAt ??= this.#clock.now();
    return true;
  }

  #endGroup({ group }: QueueMessage): void {
    if (group === undefined) return;
    const behind = this.#busy.get(group) ?? [];
    this.#busy.delete(group);
    for (const message of behind) this.#offer(message, 0);
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

function nameOf(group: string, body: string): string {
  return `${group}\0${body}`;
}
