import { createHash } from 'node:crypto';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { CANDIDATE_DAYS, candidateDayKey, RETENTION_DAYS, retentionDayKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { TOUCHED_WITHIN_MS } from '../retention/candidate-days.ts';
import type { CandidateDay } from '../retention/walk-candidates.ts';

type MemoryPorts = Pick<Ports, 'tables'>;

/** What a walk over a day found: times are ISO 8601, UTC. */
export interface DayMemory {
  /** When the walk began. */
  readonly checkedAt: string;
  /** Of the policies that decided. */
  readonly policies: string;
  /** Of the holds that there were, where any of them kept something. */
  readonly holds?: string;
  /** Nothing that was there is due before; absent where nothing ever will be. */
  readonly nextDueAt?: string;
}

/** What decides whether a day has to be walked again. */
export interface DayConditions {
  readonly now: Date;
  readonly policies: string;
  readonly holds: string;
}

/** Filing may take as long as its function, and lists follow a little late. */
const LATE_MS = TOUCHED_WITHIN_MS + 10 * 60_000;

/**
 * Those of `days` on which something may be due: the others were walked before, and nothing has changed that could say
 * otherwise.
 */
export async function daysToWalk(
  ports: MemoryPorts,
  days: readonly CandidateDay[],
  conditions: DayConditions,
): Promise<readonly CandidateDay[]> {
  const memories = new Map<string, DayMemory>();
  for await (const item of queryAll(ports, 'messages', RETENTION_DAYS))
    memories.set(item.sk, typed<DayMemory>(item).data);
  const touched = new Map<string, string>();
  for await (const { sk, data } of queryAll(ports, 'messages', CANDIDATE_DAYS)) {
    if (typeof data.touchedAt === 'string') touched.set(sk, data.touchedAt);
  }
  return days.filter((day) => {
    const { sk } = candidateDayKey(letterOf(day), day.day);
    const memory = memories.get(sk);
    return !memory || mayBeDue(memory, touched.get(sk), conditions);
  });
}

function mayBeDue(memory: DayMemory, touchedAt: string | undefined, { now, policies, holds }: DayConditions): boolean {
  if (memory.policies !== policies) return true;
  if (memory.holds !== undefined && memory.holds !== holds) return true;
  // Also where the clock was set back since.
  if (memory.checkedAt > now.toISOString()) return true;
  if (memory.nextDueAt !== undefined && memory.nextDueAt <= now.toISOString()) return true;
  return touchedAt !== undefined && Date.parse(touchedAt) > Date.parse(memory.checkedAt) - LATE_MS;
}

/** Keeps what a walk over a whole day found. */
export async function rememberDay({ tables }: MemoryPorts, day: CandidateDay, memory: DayMemory): Promise<void> {
  await tables.put('messages', { ...retentionDayKey(letterOf(day), day.day), version: 1, data: dataOf(memory) });
}

/**
 * Stands for these policies; `undefined` where what they decide may change without anything that says so: who is in a
 * group is asked anew each time.
 */
export function policiesMark(policies: readonly RetentionPolicy[]): string | undefined {
  if (policies.some(({ conditions }) => conditions.groups !== undefined)) return undefined;
  return markOf(policies.map(({ policyId, version }) => `${policyId} ${version}`));
}

/** Stands for what is listed, in whatever order. */
export function markOf(names: readonly string[]): string {
  return createHash('sha256').update(names.toSorted().join('\n')).digest('hex').slice(0, 32);
}

function letterOf({ list }: CandidateDay): 'a' | 'r' {
  return list === 'archived' ? 'a' : 'r';
}
