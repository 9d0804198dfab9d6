import type { Clock } from '../../shared/ports/clock.ts';
import { networkOf } from '../../shared/usecases/identity/source-network.ts';

/** Refusals of a kind that each network gets an event of its own for, within the time below. */
const EACH = 10;
const WINDOW_MS = 60_000;
/** Networks that are remembered: bounds memory, however many an attacker has. */
const MAX_NETWORKS = 10_000;

interface Seen {
  readonly until: number;
  count: number;
  /** Not told of yet. */
  left: number;
}

/**
 * Sums up refusals that cost the asker nothing (a token that nobody was given, an attempt that came too early), so
 * that they cannot fill the audit trail, which is kept for ever.
 */
export class RepeatedRefusals {
  readonly #clock: Clock;
  readonly #seen = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this one gets an event, and how many before it got none. */
  count(sourceIp: string): { readonly isTold: boolean; readonly left: number } {
    const network = networkOf(sourceIp);
    const now = this.#clock.now().getTime();
    const before = this.#seen.get(network);
    const isOver = !before || now >= before.until;
    const seen = isOver ? { until: now + WINDOW_MS, count: 0, left: before?.left ?? 0 } : before;
    if (isOver) this.#keep(network, seen);
    seen.count += 1;
    if (seen.count > EACH) {
      seen.left += 1;
      return { isTold: false, left: seen.left };
    }
    const { left } = seen;
    seen.left = 0;
    return { isTold: true, left };
  }

  #keep(network: string, seen: Seen): void {
    this.#seen.delete(network);
    this.#seen.set(network, seen);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= MAX_NETWORKS) return;
      this.#seen.delete(oldest);
    }
  }
}
