import type { MailServer } from '../../domain/mail-server.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { dataOf, typed } from '../item-data.ts';
import { getJob } from '../jobs/jobs.ts';

/** Who works on a mailbox at a source. */
interface Lease {
  readonly jobId: string;
  /** The run that has it: one slice of the job in one process. */
  readonly runId: string;
  /** When it last said so; ISO 8601, UTC. */
  readonly aliveAt: string;
}

/** After so long without a word a run counts as dead, and the same job may go on elsewhere. */
const LEASE_SECONDS = 20;

type LeasePorts = Pick<Ports, 'tables' | 'clock'>;

/**
 * Takes the mailbox of an account for a run of a job; `other` where another job that is not finished has it, `same`
 * where another run of this job that is alive has. Each mailbox is worked on by one run at a time, whatever profile names it.
 * Runs that have said nothing since `aloneSince` were of a process that has ended.
 */
export async function takeLease(
  ports: LeasePorts,
  account: { readonly server: MailServer; readonly account: string },
  run: { readonly jobId: string; readonly runId: string },
  { aloneSince }: { readonly aloneSince?: Date } = {},
): Promise<Item | 'other' | 'same'> {
  const key = { pk: `fetch-lease#${accountHash(account)}`, sk: '-' };
  const aliveAt = ports.clock.now().toISOString();
  const there = await ports.tables.get('activity', key);
  const item: Item = { ...key, version: (there?.version ?? 0) + 1, data: dataOf({ ...run, aliveAt }) };
  // Whoever was quicker: it may be another run of this job.
  if (!there) return (await ports.tables.putIfAbsent('activity', item)) === 'stored' ? item : 'same';
  const lease = typed<Lease>(there).data;
  if (await isHeld(ports, lease, run.jobId, aloneSince)) return lease.jobId === run.jobId ? 'same' : 'other';
  return (await ports.tables.putIfVersion('activity', item, there.version)) === 'stored' ? item : 'same';
}

/** Says that the run is alive. Answers `undefined` where it is not its mailbox any more. */
export async function renewLease(ports: LeasePorts, item: Item): Promise<Item | undefined> {
  const data = { ...item.data, aliveAt: ports.clock.now().toISOString() };
  const renewed = { ...item, version: item.version + 1, data };
  return (await ports.tables.putIfVersion('activity', renewed, item.version)) === 'stored' ? renewed : undefined;
}

/** Gives the mailbox back; nothing happens where another run has it. */
export async function endLease({ tables }: Pick<Ports, 'tables'>, item: Item): Promise<void> {
  await tables.deleteIfVersion('activity', item, item.version);
}

async function isHeld(ports: LeasePorts, lease: Lease, jobId: string, aloneSince?: Date): Promise<boolean> {
  if (lease.jobId === jobId) {
    const aliveMs = Date.parse(lease.aliveAt);
    if (aloneSince && aliveMs < aloneSince.getTime()) return false;
    return ports.clock.now().getTime() - aliveMs < LEASE_SECONDS * 1000;
  }
  try {
    return (await getJob(ports, lease.jobId)).data.state !== 'finished';
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

function accountHash({ server, account }: { readonly server: MailServer; readonly account: string }): string {
  return nameHash(`${server.protocol}\0${server.host.toLowerCase()}\0${server.port}\0${account}`);
}
