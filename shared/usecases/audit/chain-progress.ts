import { auditDay, type ChainHead, dayOfChain } from '../../domain/audit-chain.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { chainPartition, progressPartition } from './audit-keys.ts';

type ProgressPorts = Pick<Ports, 'tables' | 'clock'>;

const DAY_MS = 24 * 60 * 60_000;

/** A chain that is longer than its follower has come. */
export interface ChainBehind {
  readonly head: ChainHead;
  /** The last batch that the follower is done with; 0 for none. */
  readonly done: number;
}

/**
 * The chains that `follower` is not done with, by day: those of the days since it was last done with all, at first
 * those since yesterday.
 */
export async function* chainsBehind(ports: ProgressPorts, follower: string): AsyncIterable<ChainBehind> {
  for (const day of await daysToFollow(ports, follower)) {
    const done = new Map<string, number>();
    for await (const { sk, data } of queryAll(ports, 'activity', progressPartition(follower, day))) {
      if (typeof data.n === 'number') done.set(sk, data.n);
    }
    for await (const item of queryAll(ports, 'activity', chainPartition(day))) {
      const head = typed<ChainHead>(item).data;
      const upTo = done.get(head.chain) ?? 0;
      if (head.n > upTo) yield { head, done: upTo };
    }
  }
}

/** Notes that `follower` is done with these chains up to these batches. */
export async function recordProgress(
  { tables }: Pick<Ports, 'tables'>,
  follower: string,
  heads: readonly Pick<ChainHead, 'chain' | 'n'>[],
): Promise<void> {
  const items = heads.map(({ chain, n }) => {
    return { pk: progressPartition(follower, dayOfChain(chain)), sk: chain, version: 1, data: { n } };
  });
  await tables.batchPut('activity', items);
}

/** Notes that `follower` was done with all there was at `startedAt`. The day before stays open: a batch may be late. */
export async function recordDone({ tables }: Pick<Ports, 'tables'>, follower: string, startedAt: Date): Promise<void> {
  const since = new Date(startedAt.getTime() - DAY_MS).toISOString().slice(0, 10);
  await tables.put('activity', { ...sinceKey(follower), version: 1, data: { since } });
}

async function daysToFollow({ tables, clock }: ProgressPorts, follower: string): Promise<readonly string[]> {
  const now = clock.now();
  const item = await tables.get('activity', sinceKey(follower));
  const since = typeof item?.data.since === 'string' ? new Date(item.data.since) : new Date(now.getTime() - DAY_MS);
  const days: string[] = [];
  for (let time = since.getTime(); time <= now.getTime(); time += DAY_MS) days.push(auditDay(new Date(time)));
  return days.at(-1) === auditDay(now) ? days : [...days, auditDay(now)];
}

function sinceKey(follower: string) {
  return { pk: 'audit-follower', sk: follower };
}
