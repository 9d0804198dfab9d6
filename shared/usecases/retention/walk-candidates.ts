import type { MessageRecord } from '../../domain/message.ts';
import { type DayList, distinctMaximums, earliestDueMs } from '../../domain/retention/earliest-due.ts';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { CANDIDATE_DAYS, DAY_LIST_SHARDS, dayListPartition, receivedDayPartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

/** A day that messages are listed by. */
export interface CandidateDay {
  readonly list: DayList;
  /** `YYYY-MM-DD`. */
  readonly day: string;
}

/** A message that may be past its maximum by the end of a walk's horizon. */
export interface Candidate {
  readonly archiveId: string;
  /** As an index, or a moment before, had it: not to decide by. */
  readonly record: MessageRecord;
  readonly position: WalkPosition;
}

/** Where a walk has come: JSON. */
export interface WalkPosition extends CandidateDay {
  readonly shard: number;
  /** The last sort key that was looked at. */
  readonly after: string;
}

/**
 * The days whose messages may be past a maximum of these policies by `horizon`, those listed by archiving first, oldest
 * first.
 */
export async function candidateDays(
  { tables }: Pick<Ports, 'tables'>,
  policies: readonly RetentionPolicy[],
  horizon: Date,
): Promise<readonly CandidateDay[]> {
  const maximums = distinctMaximums(policies);
  const days: CandidateDay[] = [];
  if (maximums.length === 0) return days;
  for await (const { sk } of queryAll({ tables }, 'messages', CANDIDATE_DAYS)) {
    const candidate: CandidateDay = { list: sk.startsWith('a') ? 'archived' : 'received', day: sk.slice(1) };
    if (earliestDueMs(maximums, candidate.list, candidate.day) <= horizon.getTime()) days.push(candidate);
  }
  return days;
}

/** The live messages of these days, each once, from behind `position` on. */
export async function* candidatesOf(
  ports: Pick<Ports, 'tables'>,
  days: readonly CandidateDay[],
  position?: WalkPosition,
): AsyncIterable<Candidate> {
  const archiveDays = new Set(days.filter(({ list }) => list === 'archived').map(({ day }) => day));
  const start = position ? days.findIndex(({ list, day }) => list === position.list && day === position.day) : 0;
  for (const { list, day } of days.slice(Math.max(0, start))) {
    const isFirst = position?.list === list && position.day === day;
    for (let shard = isFirst ? position.shard : 0; shard < DAY_LIST_SHARDS; shard += 1) {
      const after = isFirst && shard === position.shard ? position.after : undefined;
      const found = list === 'archived' ? archivedOn(ports, day, shard, after) : receivedOn(ports, day, shard, after);
      for await (const { archiveId, record, sk } of found) {
        // Those that were archived on a day of the walk come up there.
        if (list === 'received' && archiveDays.has(record.archivedAt.slice(0, day.length))) continue;
        if (record.state === 'live') yield { archiveId, record, position: { list, day, shard, after: sk } };
      }
    }
  }
}

async function* archivedOn(ports: Pick<Ports, 'tables'>, day: string, shard: number, after: string | undefined) {
  const range = after === undefined ? {} : { from: after };
  for await (const item of queryAll(ports, 'messages', dayListPartition(day, shard), { ...range, index: 'list' })) {
    const sk = item.indexes?.list?.sk ?? '';
    if (sk === after) continue;
    yield { archiveId: item.pk.slice(item.pk.indexOf('#') + 1), record: typed<MessageRecord>(item).data, sk };
  }
}

async function* receivedOn(ports: Pick<Ports, 'tables'>, day: string, shard: number, after: string | undefined) {
  const range = after === undefined ? {} : { from: after };
  for await (const { sk } of queryAll(ports, 'messages', receivedDayPartition(day, shard), range)) {
    if (sk === after) continue;
    const item = await ports.tables.get('messages', recordKey(sk));
    if (item) yield { archiveId: sk, record: typed<MessageRecord>(item).data, sk };
  }
}
