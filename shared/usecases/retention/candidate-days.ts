import type { MessageRecord } from '../../domain/message.ts';
import { fullRetention, receiptOf } from '../../domain/retention/recorded-retention.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { CANDIDATE_DAYS, candidateDayKey, receivedDayKey } from '../message-keys.ts';

/** A message that was received up to so long before it was archived is found by the day of archiving. */
const NEAR_MS = 24 * 60 * 60 * 1000;

/**
 * The items by which retention finds a message without walking the archive: that the day it was archived on has
 * messages; and where it was received more than a day earlier, itself under that day. Safe to put again.
 */
export function candidateItems(
  archiveId: string,
  { archivedAt, receivedAt }: { readonly archivedAt: string; readonly receivedAt: string | undefined },
): readonly Item[] {
  const archived = { ...candidateDayKey('a', archivedAt.slice(0, DAY_LENGTH)), version: 1, data: {} };
  if (receivedAt === undefined || Date.parse(archivedAt) - Date.parse(receivedAt) <= NEAR_MS) return [archived];
  const day = receivedAt.slice(0, DAY_LENGTH);
  return [
    archived,
    { ...candidateDayKey('r', day), version: 1, data: {} },
    { ...receivedDayKey(day, archiveId), version: 1, data: {} },
  ];
}

/** `YYYY-MM-DD`. */
const DAY_LENGTH = 10;

/** Days this process has put and when, so that they do not cost a write each time. */
const knownDays = new WeakMap<object, Map<string, number>>();
const MAX_KNOWN_DAYS = 10_000;

/** A day says when mail of it changed last, give or take this. */
export const TOUCHED_WITHIN_MS = 5 * 60 * 1000;

/** Those of `items` that have to be put, each once: days only where this process has not put them lately. */
export function newCandidates(
  { tables, clock }: Pick<Ports, 'tables'> & Partial<Pick<Ports, 'clock'>>,
  items: readonly Item[],
): readonly Item[] {
  const known = knownDays.get(tables);
  const now = clock?.now();
  const isKnown = (day: string) => {
    const putMs = known?.get(day);
    return putMs !== undefined && (now === undefined || Math.abs(now.getTime() - putMs) < TOUCHED_WITHIN_MS);
  };
  const touched = now ? { touchedAt: now.toISOString() } : {};
  const fresh = items
    .filter(({ pk, sk }) => pk !== CANDIDATE_DAYS || !isKnown(sk))
    .map((item) => (item.pk === CANDIDATE_DAYS ? { ...item, data: touched } : item));
  return [...new Map(fresh.map((item) => [`${item.pk} ${item.sk}`, item])).values()];
}

/** Remembers the days among `items`, once they were put. */
export function rememberDays({ tables }: Pick<Ports, 'tables'>, items: readonly Item[]): void {
  const known = knownDays.get(tables) ?? new Map<string, number>();
  knownDays.set(tables, known);
  for (const { pk, sk, data } of items) {
    if (pk !== CANDIDATE_DAYS) continue;
    if (known.size >= MAX_KNOWN_DAYS) known.clear();
    known.set(sk, typeof data.touchedAt === 'string' ? Date.parse(data.touchedAt) : 0);
  }
}

/** A message, and what its record says of the days that retention finds it by. */
export interface TouchedMessage extends Pick<MessageRecord, 'archivedAt' | 'retention' | 'first'> {
  readonly archiveId: string;
}

/** Says that something about messages has changed that may decide when they go: their filings, or where these lie. */
export async function touchDays(
  ports: Pick<Ports, 'tables' | 'clock'>,
  messages: readonly TouchedMessage[],
): Promise<void> {
  const candidates = messages.flatMap(({ archiveId, archivedAt, retention, first }) => {
    const receivedAt = retention && receiptOf(fullRetention(retention, first.receivedAt).received);
    return candidateItems(archiveId, { archivedAt, receivedAt });
  });
  const items = newCandidates(ports, candidates);
  if (items.length === 0) return;
  await ports.tables.batchPut('messages', items);
  rememberDays(ports, items);
}
