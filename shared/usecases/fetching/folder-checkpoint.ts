import type { Ports } from '../../ports/ports.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { dataOf, typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import type { FetchRun, FolderCounts } from './fetch-run.ts';

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

/** How far the messages of a folder were gone through; what it does not know, the ledger does. */
export interface FolderCheckpoint {
  /** Path at the source. */
  readonly folder: string;
  /** UIDVALIDITY that the rest is about. */
  readonly validity: string;
  /** All below this key was gone through; absent until a pass came to its end. */
  readonly doneTo?: string;
  /** Whether messages below `doneTo` failed: all are compared again. */
  readonly hasFailed: boolean;
  /** When a pass over all of it began that came to its end; ISO 8601, UTC. */
  readonly comparedAt?: string;
  /** What the messages were chosen by. */
  readonly filterHash: string;
  /** Modification sequence when the last pass began, where the source has one. */
  readonly modSeq?: string;
  /** A pass that was not finished: where it goes on. */
  readonly pass?: Pass;
  /** The job that wrote this, what it did here, and whether it is done with it. */
  readonly jobId: string;
  readonly counts: FolderCounts;
  readonly isDone: boolean;
}

function partitionOf({ profile, account }: Pick<FetchRun, 'profile' | 'account'>): string {
  return `fetch#${profile.profileId}#${nameHash(account)}`;
}

export async function readCheckpoint(
  { tables }: Pick<Ports, 'tables'>,
  run: Pick<FetchRun, 'profile' | 'account'>,
  folder: string,
): Promise<FolderCheckpoint | undefined> {
  const item = await tables.get('activity', { pk: partitionOf(run), sk: nameHash(folder) });
  return item && typed<FolderCheckpoint>(item).data;
}

/** Position and counts go in one item, so that neither is ahead of the other. */
export async function writeCheckpoint(
  { tables }: Pick<Ports, 'tables'>,
  run: Pick<FetchRun, 'profile' | 'account'>,
  checkpoint: FolderCheckpoint,
): Promise<void> {
  const key = { pk: partitionOf(run), sk: nameHash(checkpoint.folder) };
  await tables.put('activity', { ...key, version: 1, data: dataOf(checkpoint) });
}

/** What a job did so far in the folders of a mailbox, by the hash of the folder. */
export async function countsOfJob(
  ports: Pick<Ports, 'tables'>,
  run: Pick<FetchRun, 'profile' | 'account' | 'jobId'>,
): Promise<Map<string, FolderCounts>> {
  const found = new Map<string, FolderCounts>();
  for await (const item of queryAll(ports, 'activity', partitionOf(run))) {
    const { jobId, counts } = typed<FolderCheckpoint>(item).data;
    if (jobId === run.jobId) found.set(item.sk, counts);
  }
  return found;
}
