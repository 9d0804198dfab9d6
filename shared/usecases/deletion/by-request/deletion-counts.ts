import type { RequestBlock, RequestedState } from '../../../domain/requests/requested-message.ts';
import type { Deed } from './delete-item.ts';

/**
 * What a job did with the messages of a request so far: messages, but for `bytes`, those of the first originals of what
 * was purged.
 */
export interface DeletionCounts {
  /** Nothing had become of them yet, or they were blocked. */
  readonly decided: number;
  readonly purged: number;
  readonly bytes: number;
  readonly removed: number;
  readonly kept: number;
  readonly gone: number;
  /** Under a legal hold. */
  readonly held: number;
  readonly underRetention: number;
  /** Locked by the storage. */
  readonly locked: number;
  readonly undecided: number;
}

export const NOTHING_DELETED: DeletionCounts = {
  decided: 0,
  purged: 0,
  bytes: 0,
  removed: 0,
  kept: 0,
  gone: 0,
  held: 0,
  underRetention: 0,
  locked: 0,
  undecided: 0,
};

/** How many messages there are of each state. */
export type Tally = { readonly [State in RequestedState]?: number };

/** What a job did where this became of one message. */
export function countsOf({ state, block, purgedBytes = 0 }: Deed): DeletionCounts {
  const decided = { ...NOTHING_DELETED, decided: 1 };
  if (state === 'blocked') return block ? { ...decided, [COUNTED[block.reason]]: 1 } : decided;
  if (state === 'purged') return { ...decided, purged: 1, bytes: purgedBytes };
  return state === 'removed' || state === 'kept' || state === 'gone' ? { ...decided, [state]: 1 } : decided;
}

const COUNTED: { readonly [Reason in RequestBlock['reason']]: keyof DeletionCounts } = {
  legal_hold: 'held',
  under_retention: 'underRetention',
  object_locked: 'locked',
  undecided: 'undecided',
};

export function plus(one: DeletionCounts, other: DeletionCounts): DeletionCounts {
  return {
    decided: one.decided + other.decided,
    purged: one.purged + other.purged,
    bytes: one.bytes + other.bytes,
    removed: one.removed + other.removed,
    kept: one.kept + other.kept,
    gone: one.gone + other.gone,
    held: one.held + other.held,
    underRetention: one.underRetention + other.underRetention,
    locked: one.locked + other.locked,
    undecided: one.undecided + other.undecided,
  };
}

export function tallyOf(states: readonly RequestedState[]): Tally {
  const tally: { [State in RequestedState]?: number } = {};
  for (const state of states) tally[state] = (tally[state] ?? 0) + 1;
  return tally;
}

export function plusTally(one: Tally, other: Tally): Tally {
  const sum: { [State in RequestedState]?: number } = { ...one };
  for (const state of STATES) {
    const count = (one[state] ?? 0) + (other[state] ?? 0);
    if (count > 0) sum[state] = count;
  }
  return sum;
}

const STATES = [
  'waiting',
  'purged',
  'removed',
  'kept',
  'gone',
  'blocked',
  'exported',
] as const satisfies readonly RequestedState[];
