import {
  auditDay,
  batchKey,
  type CheckpointReference,
  dayOfChain,
  NO_CHECKPOINT,
  registerKey,
} from '../../domain/audit-chain.ts';
import type { AuditEvent } from '../../domain/audit-event.ts';
import { type EncodedAuditBatch, encodeAuditBatch, encodeRegistration } from '../../mail/audit-object.ts';
import type { AuditTrail } from '../../ports/audit-trail.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { CHECKPOINT_KEY, chainItem, eventItems } from './audit-keys.ts';

/** How many events one object takes: it bounds the memory of whoever reads the trail. */
const MAX_EVENTS = 1_000;

type TrailPorts = Pick<Ports, 'archive' | 'tables' | 'clock' | 'entropy'>;

/** The chain that is written, as far as it is durable. */
interface Chain {
  readonly chain: string;
  readonly n: number;
  /** What the next batch names as the object before it. */
  readonly previous: string;
  readonly lastEvent: string;
  readonly checkpoint: CheckpointReference;
}

/** A batch whose bytes stand; it is put until it is known to be durable. */
interface Batch extends EncodedAuditBatch {
  readonly chain: Chain;
  readonly n: number;
  readonly events: readonly AuditEvent[];
}

/**
 * The audit trail as write-once objects: a chain of batches per process and day, so that processes need no common
 * lock; `ifAbsent` claims each number. While one batch is written, the events of all callers gather for the next.
 *
 * A batch is durable, registered where it is the first of its chain, and listed before anybody hears of it. Where a
 * step fails, the batch stays as it is and the next call begins with it: nothing behind it is written before.
 */
export class ObjectAuditTrail implements AuditTrail {
  readonly #ports: TrailPorts;
  #chain: Chain | undefined;
  #unfinished: Batch | undefined;
  /** Events of calls that failed, or are about to be written. */
  readonly #waiting: AuditEvent[] = [];
  /** The last write failed, or none has ended since. */
  #isBehind = false;
  #gathering: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: TrailPorts) {
    this.#ports = ports;
  }

  async ready(): Promise<void> {
    if (this.#isBehind) await this.#write();
  }

  append(event: AuditEvent): Promise<void> {
    this.#waiting.push(event);
    return this.#write();
  }

  /** One write at a time: each batch names the hash of the one before. */
  #write(): Promise<void> {
    this.#gathering ??= this.#writing
      .catch(() => undefined)
      .then(async () => {
        this.#gathering = undefined;
        this.#isBehind = true;
        await this.#writeWaiting(this.#waiting.length);
        this.#isBehind = false;
      });
    this.#writing = this.#gathering;
    return this.#gathering;
  }

  async #writeWaiting(count: number): Promise<void> {
    for (let left = count; left > 0 || this.#unfinished; ) {
      if (!this.#unfinished) {
        const chain = await this.#currentChain();
        const events = this.#waiting.splice(0, Math.min(left, MAX_EVENTS));
        left -= events.length;
        this.#unfinished = batchAfter(chain, events);
      }
      await this.#finish(this.#unfinished);
    }
  }

  async #finish(batch: Batch): Promise<void> {
    const { archive, tables } = this.#ports;
    const { chain, n, hash, lastEvent, events } = batch;
    if (!(await this.#claim(batch))) {
      // Another process writes under this name: it was copied while it ran. Each goes on by itself.
      this.#unfinished = batchAfter(await this.#begin(), events);
      return await this.#finish(this.#unfinished);
    }
    const head = { chain: chain.chain, n, hash };
    if (n === 1) await archive.put(registerKey(chain.chain), encodeRegistration(head), { ifAbsent: true });
    await tables.batchPut('activity', [...events.flatMap(eventItems), chainItem(head)]);
    this.#chain = { ...chain, n, previous: hash, lastEvent };
    this.#unfinished = undefined;
  }

  /** Whether the batch is durable under its number; it may have been before, where an earlier answer was lost. */
  async #claim({ chain, n, body }: Batch): Promise<boolean> {
    const { archive } = this.#ports;
    const key = batchKey(chain.chain, n);
    const put = await archive.put(key, body, { ifAbsent: true });
    if (put.outcome === 'stored') return true;
    const there = await archive.get(key);
    return there !== undefined && body.equals(there.body);
  }

  async #currentChain(): Promise<Chain> {
    const today = auditDay(this.#ports.clock.now());
    return this.#chain && dayOfChain(this.#chain.chain) === today ? this.#chain : await this.#begin();
  }

  /** A chain of its own per day, that a day's events can be found by their keys. */
  async #begin(): Promise<Chain> {
    const { tables, clock, entropy } = this.#ports;
    const begunAt = clock.now().toISOString().replace(/[-:.]/g, '');
    const chain = `${begunAt}-${Buffer.from(entropy.bytes(8)).toString('hex')}`;
    const item = await tables.get('activity', CHECKPOINT_KEY);
    const checkpoint = item ? typed<CheckpointReference>(item).data : NO_CHECKPOINT;
    // Known before its first batch, so that whoever takes up what a crash left finds it.
    await tables.put('activity', chainItem({ chain, n: 0, hash: checkpoint.hash }));
    const begun: Chain = { chain, n: 0, previous: checkpoint.hash, lastEvent: checkpoint.hash, checkpoint };
    this.#chain = begun;
    return begun;
  }
}

function batchAfter(chain: Chain, events: readonly AuditEvent[]): Batch {
  const n = chain.n + 1;
  const named = n === 1 ? { checkpoint: chain.checkpoint.n } : {};
  const header = { chain: chain.chain, n, previous: chain.previous, ...named };
  return { chain, n, events, ...encodeAuditBatch(header, events, chain.lastEvent) };
}
