import { type MessageFilter, mayChangeItsMind } from '../../domain/message-filter.ts';
import type { FolderState } from '../../sources/source.ts';
import type { FolderCheckpoint, Pass } from './folder-checkpoint.ts';

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
