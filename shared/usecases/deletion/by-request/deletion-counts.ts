import type { RequestBlock, RequestedMessage, RequestedState } from '../../../domain/requests/requested-message.ts';
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
  /** Of what was purged, those of which storage keeps bytes for longer. */
  readonly bytesLocked: number;
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
  bytesLocked: 0,
  removed: 0,
  kept: 0,
  gone: 0,
  held: 0,
  underRetention: 0,
  locked: 0,
  undecided: 0,
};

/** How many messages there are of each state; `bytesLocked`: those that are `purged` or `gone` while storage has bytes of them yet. */
export type Tally = { readonly [Name in TallyName]?: number };

type TallyName = RequestedState | 'bytesLocked';

/** What became of a message so far. */
export type Standing = Pick<RequestedMessage, 'state' | 'bytesLocked'>;

/** What a job did where this became of one message. */
export function countsOf({ state, block, bytesLocked, purgedBytes = 0 }: Deed): DeletionCounts {
  const decided = { ...NOTHING_DELETED, decided: 1 };
  if (state === 'blocked') return block ? { ...decided, [COUNTED[block.reason]]: 1 } : decided;
  if (state === 'purged') return { ...decided, purged: 1, bytes: purgedBytes, bytesLocked: bytesLocked ? 1 : 0 };
  return state === 'removed' || state === 'kept' || state === 'gone' ? { ...decided, [state]: 1 } : decided;
}

const COUNTED: { readonly [Reason in RequestBlock['reason']]: keyof DeletionCounts } = {
  legal_hold: 'held',
  under_retention: 'underRetention',
  object_locked: 'locked',
  undecided: 'undecided',
};

export function tallyOf(messages: readonly Standing[]): Tally {
  const tally: { [Name in TallyName]?: number } = {};
  for (const { state, bytesLocked } of messages) {
    tally[state] = (tally[state] ?? 0) + 1;
    if (bytesLocked) tally.bytesLocked = (tally.bytesLocked ?? 0) + 1;
  }
  return tally;
}

export function plusTally(one: Tally, other: Tally): Tally {
  const sum: { [Name in TallyName]?: number } = { ...one };
  for (const name of TALLIED) {
    const count = (one[name] ?? 0) + (other[name] ?? 0);
    if (count > 0) sum[name] = count;
  }
  return sum;
}

const TALLIED = [
  'waiting',
  'purged',
  'removed',
  'kept',
  'gone',
  'blocked',
  'exported',
  'bytesLocked',
] as const satisfies readonly TallyName[];
