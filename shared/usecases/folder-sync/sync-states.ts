import type { SyncState } from '../../domain/completeness.ts';
import type { Job, JobOutcome } from '../../domain/job.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { dataOf, typed } from '../item-data.ts';
import { profileItem } from '../profiles/find-profiles.ts';
import { queryAll } from '../query-all.ts';
import { missingPartition } from './sync-keys.ts';
import type { ListedMissing } from './sync-memory.ts';

/** The partition of what the last runs came to, by mailbox. */
const SYNC_STATES = 'sync-state';

type StatePorts = Pick<Ports, 'tables'>;

/** A run of a folder-sync profile on one mailbox that has ended. */
interface EndedSync {
  readonly profileId: string;
  readonly account: string;
  readonly mailboxId: string;
  readonly job: Pick<Job, 'jobId' | 'startedAt'>;
  readonly outcome: JobOutcome;
  readonly ambiguous: number;
}

/** Keeps what a run came to, for reports and monitoring. Goes over the missing mail of the mailbox. Safe to repeat. */
export async function noteSync(ports: StatePorts, run: EndedSync): Promise<void> {
  const { profileId, account, mailboxId, job, outcome } = run;
  const key = { pk: SYNC_STATES, sk: `${mailboxId}#${profileId}#${nameHash(account)}` };
  const item = await ports.tables.get('activity', key);
  const before = item && typed<SyncState>(item).data;
  const isCompared = outcome === 'succeeded' || outcome === 'completedWithErrors';
  const comparedAt = isCompared ? job.startedAt : before?.comparedAt;
  const state: SyncState = {
    profileId,
    account,
    mailboxId,
    last: { jobId: job.jobId, startedAt: job.startedAt, outcome },
    ...(comparedAt === undefined ? {} : { comparedAt }),
    ...(await countMissing(ports, run)),
    ambiguous: isCompared ? run.ambiguous : (before?.ambiguous ?? 0),
  };
  await ports.tables.put('activity', { ...key, version: (item?.version ?? 0) + 1, data: dataOf(state) });
}

async function countMissing(
  ports: StatePorts,
  { mailboxId, profileId, account }: Pick<EndedSync, 'mailboxId' | 'profileId' | 'account'>,
): Promise<Pick<SyncState, 'missing' | 'gone'>> {
  let [missing, gone] = [0, 0];
  for await (const item of queryAll(ports, 'activity', missingPartition(mailboxId))) {
    const listed = typed<ListedMissing>(item).data;
    if (listed.profileId !== profileId || listed.account !== account) continue;
    if (listed.goneAt === undefined) missing += 1;
    else gone += 1;
  }
  return { missing, gone };
}

/** What the last runs of the profiles that there are came to, on one mailbox. */
export async function syncStatesOf(ports: StatePorts, mailboxId: string): Promise<readonly SyncState[]> {
  const states: SyncState[] = [];
  for await (const item of queryAll(ports, 'activity', SYNC_STATES, { prefix: `${mailboxId}#` })) {
    const state = typed<SyncState>(item).data;
    if (await isThere(ports, state)) states.push(state);
  }
  return states;
}

/** The same of all mailboxes, or of those that `profileIds` are about. */
export function listSyncStates(
  ports: StatePorts,
  { profileIds, ...request }: PageRequest & { readonly profileIds?: readonly string[] },
): Promise<ListPage<SyncState>> {
  return listPage(ports, { table: 'activity', pk: SYNC_STATES }, request, async (item) => {
    const state = typed<SyncState>(item).data;
    const isWanted = profileIds === undefined || profileIds.includes(state.profileId);
    return isWanted && (await isThere(ports, state)) ? state : undefined;
  });
}

/** What a profile left that was deleted says nothing any more. */
async function isThere(ports: StatePorts, { profileId }: SyncState): Promise<boolean> {
  try {
    await profileItem(ports, profileId);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}
