import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { DAY_LIST_SHARDS, dayListPartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { activeHolds } from './hold-book.ts';

type WalkPorts = Pick<Ports, 'tables' | 'clock'>;

const WALK_KEY = { pk: 'hold-walk', sk: '-' };
const DAY_MS = 24 * 60 * 60_000;
/** The lists of a day follow a little late, and filing may take as long as its function. */
const OVERLAP_MS = 60 * 60_000;

/** Where a walk has come. */
export interface DayPlace {
  /** When the walk began; ISO 8601, UTC. */
  readonly began: string;
  readonly day: string;
  readonly shard: number;
  /** The last list key that was looked at. */
  readonly after: string;
}

/**
 * The messages that were filed since the last walk ended, else since the first of the active holds was made, by archive day;
 * none where nothing is held. `from` goes on with a walk.
 */
export async function* messagesFiledAfter(
  ports: WalkPorts,
  from?: DayPlace,
): AsyncIterable<{ readonly archiveId: string; readonly place: DayPlace }> {
  const now = ports.clock.now();
  const since = from ? undefined : await beginOf(ports);
  if (!from && since === undefined) return;
  const began = from?.began ?? now.toISOString();
  const earliest = since === undefined ? '' : new Date(Date.parse(since) - OVERLAP_MS).toISOString();
  const firstDay = from?.day ?? earliest.slice(0, 10);
  for (let day = firstDay; day <= now.toISOString().slice(0, 10); day = dayAfter(day)) {
    for (let shard = day === from?.day ? from.shard : 0; shard < DAY_LIST_SHARDS; shard += 1) {
      const after = day === from?.day && shard === from.shard ? from.after : undefined;
      const begin = after ?? (earliest.startsWith(day) ? earliest : undefined);
      const range = { index: 'list', ...(begin === undefined ? {} : { from: begin }) } as const;
      for await (const { pk, indexes } of queryAll(ports, 'messages', dayListPartition(day, shard), range)) {
        const listed = indexes?.list?.sk;
        if (listed === undefined || listed === after) continue;
        yield { archiveId: pk.slice('message#'.length), place: { began, day, shard, after: listed } };
      }
    }
  }
}

/** Remembers that all that was filed before `until` was looked at. */
export async function finishDayWalk({ tables }: WalkPorts, until: string): Promise<void> {
  await tables.put('activity', { ...WALK_KEY, version: 1, data: dataOf({ until }) });
}

async function beginOf(ports: WalkPorts): Promise<string | undefined> {
  const holds = await activeHolds(ports);
  const item = await ports.tables.get('activity', WALK_KEY);
  const until = item && typed<{ readonly until: string }>(item).data.until;
  if (holds.length === 0) return undefined;
  const oldest = holds.map(({ createdAt }) => createdAt).toSorted()[0];
  return until !== undefined && (oldest === undefined || until > oldest) ? until : oldest;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS).toISOString().slice(0, 10);
}
