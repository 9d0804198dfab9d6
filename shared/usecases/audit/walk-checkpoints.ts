import {
  CHECKPOINT_PREFIX,
  type ChainHead,
  type CheckpointReference,
  checkpointKey,
  NO_CHECKPOINT,
} from '../../domain/audit-chain.ts';
import { DamagedError } from '../../errors.ts';
import { type AuditCheckpoint, decodeCheckpoint, referenceOf } from '../../mail/audit-object.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { AuditFindings } from './audit-findings.ts';

/** All that verifying reads: a bucket, or a copy of one. */
export type AuditSource = Pick<ObjectStore, 'get' | 'list'>;

/** Verifies the checkpoints in their order and hands on what they say of chains, as far as it is asked for. */
export class CheckpointWalk {
  readonly #source: AuditSource;
  readonly #findings: AuditFindings;
  readonly #known: CheckpointReference;
  readonly #checkpoints: AsyncIterator<AuditCheckpoint>;
  #next: AuditCheckpoint | undefined;
  #last = NO_CHECKPOINT;

  /** `known` is a checkpoint that there must be. */
  constructor(source: AuditSource, findings: AuditFindings, known: CheckpointReference = NO_CHECKPOINT) {
    this.#source = source;
    this.#findings = findings;
    this.#known = known;
    this.#checkpoints = this.#walk();
  }

  get last(): CheckpointReference {
    return this.#last;
  }

  /** The heads that the checkpoints before `time` name and no call before has answered. */
  async *headsBefore(time: string): AsyncIterable<ChainHead> {
    for (;;) {
      this.#next ??= (await this.#checkpoints.next()).value;
      if (!this.#next || this.#next.at >= time) return;
      const { heads } = this.#next;
      this.#next = undefined;
      yield* heads;
    }
  }

  async *#walk(): AsyncGenerator<AuditCheckpoint, undefined> {
    let isLinked = true;
    for await (const { key } of this.#source.list(CHECKPOINT_PREFIX)) {
      const n = Number(key.slice(CHECKPOINT_PREFIX.length));
      if (checkpointKey(n) !== key) {
        this.#findings.add('unknown', key, 'this is the key of no checkpoint');
        continue;
      }
      isLinked = this.#missing(this.#last.n + 1, n) && isLinked;
      const stored = (await this.#source.get(key))?.body ?? new Uint8Array();
      const checkpoint = this.#decoded(key, stored);
      this.#findings.counts.checkpoints += 1;
      if (checkpoint && checkpoint.n !== n) this.#findings.add('outOfOrder', key, `it is checkpoint ${checkpoint.n}`);
      else if (checkpoint && isLinked && checkpoint.previous !== this.#last.hash) {
        this.#findings.add(
          'changed',
          n > 1 ? checkpointKey(n - 1) : key,
          `checkpoint ${n} names another hash before it`,
        );
      }
      this.#last = referenceOf(n, stored);
      if (n === this.#known.n && checkpoint && this.#last.hash !== this.#known.hash) {
        this.#findings.add('changed', key, 'its hash is not the one that is known of it');
      }
      isLinked = checkpoint !== undefined;
      if (checkpoint) yield checkpoint;
    }
    this.#missing(this.#last.n + 1, this.#known.n + 1);
    return undefined;
  }

  /** Whether none is missing from `first` to before `next`. */
  #missing(first: number, next: number): boolean {
    if (first >= next) return true;
    const reason = next - first === 1 ? 'this checkpoint is gone' : `it and those before checkpoint ${next} are gone`;
    this.#findings.add('missing', checkpointKey(first), reason);
    return false;
  }

  #decoded(key: string, stored: Uint8Array): AuditCheckpoint | undefined {
    try {
      return decodeCheckpoint(key, stored);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      this.#findings.add('changed', key, error.message);
      return undefined;
    }
  }
}
