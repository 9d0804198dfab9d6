import { type MessageFilter, mayChangeItsMind } from '../../domain/message-filter.ts';
import type { FolderState } from '../../sources/source.ts';
import type { FolderCheckpoint } from './folder-checkpoint.ts';

/** What is to be gone through of a folder. */
export interface Pass {
  /** `all` compares everything with the ledger; `new` begins where the last pass ended. */
  readonly kind: 'new' | 'all';
  /** First key, inclusive. */
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly beganAt: string;
  /** Messages are compared with what the ledger says of them, not only looked for. */
  readonly compares: boolean;
  /** Messages that could not be fetched, in a part of the pass that is over. */
  readonly hasFailed: boolean;
}

export interface PassRules {
  readonly filter: MessageFilter;
  readonly filterHash: string;
  readonly compareEveryDays: number;
  readonly jobId: string;
  readonly now: Date;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The pass that a folder needs; `undefined` where nothing can have come since the last. Dates of messages play no part. */
export function planPass(
  checkpoint: FolderCheckpoint | undefined,
  state: FolderState,
  rules: PassRules,
): Pass | undefined {
  const beganAt = rules.now.toISOString();
  const isDue =
    checkpoint?.comparedAt === undefined ||
    rules.now.getTime() - Date.parse(checkpoint.comparedAt) >= rules.compareEveryDays * DAY_MS;
  const all: Pass = { kind: 'all', from: '', beganAt, compares: checkpoint !== undefined && isDue, hasFailed: false };
  if (!checkpoint || checkpoint.validity !== state.validity) return all;
  const isSameFilter = checkpoint.filterHash === rules.filterHash;
  if (checkpoint.pass && isSameFilter) return checkpoint.pass;
  if (checkpoint.isDone && checkpoint.jobId === rules.jobId) return undefined;
  const { doneTo, modSeq } = checkpoint;
  if (!isSameFilter || checkpoint.hasFailed || doneTo === undefined || isDue) return all;
  // Without UIDNEXT, and in a maildrop, only looking at everything tells what is new.
  if (state.nextKey === undefined || state.validity === '') return all;
  const isUnchanged = state.modSeq !== undefined && state.modSeq === modSeq && rules.filter.olderThanDays === undefined;
  if (mayChangeItsMind(rules.filter) && !isUnchanged) return all;
  return state.nextKey === doneTo ? undefined : { ...all, kind: 'new', from: doneTo };
}
