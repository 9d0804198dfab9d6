import type { Quarantined } from '../../domain/quarantined.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { type HitPlace, hitsOf, planScope, type ScopeSearch } from '../scopes/find-in-scope.ts';
import type { IndexContext } from '../search/index/index-context.ts';
import { type DayPlace, finishDayWalk, messagesFiledAfter } from './day-walk.ts';
import { getHold } from './hold-book.ts';
import { type LockedMessage, lockMessage, lockNewMessage, lockQuarantined } from './lock-message.ts';
import { quarantineRange } from './quarantine-of-hold.ts';

/** What locking versions works with. */
export interface HoldTools extends ScopeSearch {
  readonly index: IndexContext;
}

interface Counts {
  /** That were looked at; one in several mailboxes may be counted more than once. */
  readonly messages: number;
  /** Whose legal hold was set or lifted. */
  readonly versions: number;
}

/** Where a slice of the job begins: `found` and `quarantine` of one hold, `days` for what was filed since the last time. */
export type HoldJobCheckpoint = { readonly counts: Counts } & (
  | { readonly phase: 'found'; readonly holdId: string; readonly place?: HitPlace }
  | { readonly phase: 'quarantine'; readonly holdId: string; readonly after?: string }
  | { readonly phase: 'days'; readonly place?: DayPlace }
);

/**
 * Brings the legal holds of stored versions in line with the holds that there are: of all that one hold covers or covered,
 * or of all that was filed since. Goes on while `mayGoOn` answers true; `rest` is where the next slice begins. After each
 * message `reached` is told where a slice could begin. Safe to repeat. Throws `NotFoundError` for a hold that is not
 * there, `StorageError`.
 */
export async function runHoldJob(
  tools: HoldTools,
  from: HoldJobCheckpoint,
  mayGoOn: () => boolean,
  reached: Reached = async () => undefined,
): Promise<{ readonly counts: Counts; readonly rest?: HoldJobCheckpoint }> {
  const tally = new Tally(from.counts);
  const course: Course = { mayGoOn, reached };
  if (from.phase === 'days') return await overDays(tools, from, tally, course);
  const found = from.phase === 'found' ? await overFound(tools, from, tally, course) : undefined;
  if (found) return { counts: tally.counts, rest: found };
  const { holdId } = from;
  const begin = from.phase === 'quarantine' ? from : ({ phase: 'quarantine', holdId, counts: tally.counts } as const);
  const rest = await overQuarantine(tools, begin, tally, course);
  return { counts: tally.counts, ...(rest ? { rest } : {}) };
}

type Reached = (checkpoint: HoldJobCheckpoint) => Promise<void>;

interface Course {
  readonly mayGoOn: () => boolean;
  readonly reached: Reached;
}

class Tally {
  counts: Counts;

  constructor(counts: Counts) {
    this.counts = counts;
  }

  add({ versions }: LockedMessage): void {
    this.counts = { messages: this.counts.messages + 1, versions: this.counts.versions + versions };
  }
}

type Of<Phase extends HoldJobCheckpoint['phase']> = HoldJobCheckpoint & { readonly phase: Phase };

/** What a search finds, and what was released, is found by the index; each message decides itself. */
async function overFound(
  tools: HoldTools,
  { holdId, place: from }: Of<'found'>,
  tally: Tally,
  { mayGoOn, reached }: Course,
): Promise<HoldJobCheckpoint | undefined> {
  const hold = await getHold(tools.index.ports, holdId);
  const plan = await planScope(tools, hold);
  for await (const { archiveId, place } of hitsOf(tools, plan, from)) {
    tally.add(await lockMessage(tools.index, archiveId));
    const rest = { phase: 'found', holdId, place, counts: tally.counts } as const;
    if (!mayGoOn()) return rest;
    await reached(rest);
  }
  return undefined;
}

async function overQuarantine(
  { index: { ports } }: HoldTools,
  { holdId, after }: Of<'quarantine'>,
  tally: Tally,
  { mayGoOn, reached }: Course,
): Promise<HoldJobCheckpoint | undefined> {
  const { scope } = await getHold(ports, holdId);
  const { table, pk, ...range } = quarantineRange(scope);
  for await (const item of queryAll(ports, table, pk, { ...range, ...(after ? { from: after } : {}) })) {
    if (item.sk === after || item.removed) continue;
    tally.add(await lockQuarantined(ports, typed<Quarantined>(item).data));
    const rest = { phase: 'quarantine', holdId, after: item.sk, counts: tally.counts } as const;
    if (!mayGoOn()) return rest;
    await reached(rest);
  }
  return undefined;
}

async function overDays(
  { index }: HoldTools,
  { place: from }: Of<'days'>,
  tally: Tally,
  { mayGoOn, reached }: Course,
): Promise<{ readonly counts: Counts; readonly rest?: HoldJobCheckpoint }> {
  const began = index.ports.clock.now();
  const ports: Pick<Ports, 'tables' | 'clock'> = index.ports;
  for await (const { archiveId, place } of messagesFiledAfter(ports, from)) {
    tally.add(await lockNewMessage(index, archiveId));
    const rest = { phase: 'days', place, counts: tally.counts } as const;
    if (!mayGoOn()) return { counts: tally.counts, rest };
    await reached(rest);
  }
  // What is filed while it runs is looked at the next time.
  await finishDayWalk(ports, from?.began ?? began.toISOString());
  return { counts: tally.counts };
}
