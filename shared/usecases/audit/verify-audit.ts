import {
  batchKey,
  type ChainHead,
  type CheckpointReference,
  dayOfChain,
  registerKey,
} from '../../domain/audit-chain.ts';
import { referenceOf } from '../../mail/audit-object.ts';
import { AuditFindings, type AuditReport } from './audit-findings.ts';
import { listChains } from './list-chains.ts';
import { verifyChain } from './verify-chain.ts';
import { type AuditSource, CheckpointWalk } from './walk-checkpoints.ts';

/** What is known of the trail from outside the bucket. */
export interface KnownTrail {
  /** A checkpoint that there must be. */
  readonly checkpoint?: CheckpointReference;
  /** All chains of a day (`20260301`), as far as they were listed; `n` is 0 for one that was only begun. */
  chainsOf?(day: string): AsyncIterable<ChainHead>;
  /** Days that are asked for even where the bucket has nothing of them. */
  readonly days?: readonly string[];
}

const DAY_MS = 24 * 60 * 60_000;
/** After all days. */
const NEVER = '99991231';

/**
 * Verifies the whole trail: every event follows the one before it, every batch its chain, every checkpoint the one
 * before, and every chain is there and reaches as far as anything says. Reads one object at a time, each once; keeps
 * no more than the keys of a chain and what is said of the chains of three days.
 */
export async function verifyAudit(source: AuditSource, known: KnownTrail = {}): Promise<AuditReport> {
  return await new Verification(source, known).run();
}

type Heads = Map<number, string>;

class Verification {
  readonly #source: AuditSource;
  readonly #known: KnownTrail;
  readonly #findings = new AuditFindings();
  readonly #checkpoints: CheckpointWalk;
  /** Which hashes the batches of chains must have, by day and chain, of the days not yet ended. */
  readonly #expected = new Map<string, Map<string, Heads>>();
  readonly #begun = new Set<string>();
  #day = '';

  constructor(source: AuditSource, known: KnownTrail) {
    this.#source = source;
    this.#known = known;
    this.#checkpoints = new CheckpointWalk(source, this.#findings, known.checkpoint);
    for (const day of known.days ?? []) this.#expected.set(day, new Map());
  }

  async run(): Promise<AuditReport> {
    for await (const { chain, keys } of listChains(this.#source, this.#findings)) {
      const day = dayOfChain(chain);
      if (day !== this.#day) await this.#begin(day);
      const heads = this.#expected.get(day)?.get(chain);
      this.#expected.get(day)?.delete(chain);
      await verifyChain(this.#source, this.#findings, { chain, keys, heads: withoutBegun(heads) });
      if (!heads && !(await this.#isKnown(chain))) {
        this.#findings.add('unknown', registerKey(chain), 'no process is known to have begun this chain');
      }
    }
    await this.#begin(NEVER);
    const { counts, first } = this.#findings;
    return { ...counts, first, lastCheckpoint: this.#checkpoints.last };
  }

  /** Ends the days before, and learns what is said of the chains of this one, up to the end of the next. */
  async #begin(day: string): Promise<void> {
    const until = day === NEVER ? NEVER : endOfNextDay(day);
    for await (const head of this.#checkpoints.headsBefore(until)) {
      if (this.#begun.has(dayOfChain(head.chain))) await this.#lookUp(head);
      else this.#expect(head);
    }
    for (const past of [...this.#expected.keys()].filter((one) => one < day).toSorted()) await this.#end(past);
    this.#day = day;
    if (day !== NEVER) await this.#ask(day);
  }

  /** Chains that were expected of a day and did not come are gone. */
  async #end(day: string): Promise<void> {
    await this.#ask(day);
    for (const [chain, heads] of this.#expected.get(day) ?? []) {
      const left = withoutBegun(heads);
      if (left.size > 0) await verifyChain(this.#source, this.#findings, { chain, keys: [], heads: left });
    }
    this.#expected.delete(day);
  }

  async #ask(day: string): Promise<void> {
    if (this.#begun.has(day)) return;
    this.#begun.add(day);
    for await (const head of this.#known.chainsOf?.(day) ?? []) this.#expect(head);
  }

  #expect({ chain, n, hash }: ChainHead): void {
    const day = dayOfChain(chain);
    const chains = this.#expected.get(day) ?? new Map<string, Heads>();
    this.#expected.set(day, chains);
    const heads = chains.get(chain) ?? new Map<number, string>();
    chains.set(chain, heads.set(n, hash));
  }

  /** For a head that was written down when its day had long been verified. */
  async #lookUp({ chain, n, hash }: ChainHead): Promise<void> {
    const key = batchKey(chain, n);
    const object = await this.#source.get(key);
    if (!object) this.#findings.add('missing', key, 'a checkpoint names this batch');
    else if (referenceOf(n, object.body).hash !== hash) {
      this.#findings.add('changed', key, 'its hash is not the one that a checkpoint names');
    }
  }

  /** Asked anew: it may have been begun since the day was. */
  async #isKnown(chain: string): Promise<boolean> {
    if (!this.#known.chainsOf) return true;
    for await (const head of this.#known.chainsOf(dayOfChain(chain))) if (head.chain === chain) return true;
    return false;
  }
}

function withoutBegun(heads: Heads = new Map()): Heads {
  return new Map([...heads].filter(([n]) => n > 0));
}

/** `20260301` → `2026-03-03T00:00:00.000Z`. */
function endOfNextDay(day: string): string {
  const start = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`);
  return new Date(start + 2 * DAY_MS).toISOString();
}
