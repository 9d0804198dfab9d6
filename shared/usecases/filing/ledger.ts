import type { ArrivalFacts } from '../../domain/arrival.ts';
import { LEDGER_RECIPIENTS, type LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';
import { laterArrivalKey, ledgerKey } from '../message-keys.ts';
import { fetchedKeyOf } from './fetched-place.ts';

/** What filing found out about an arrival; the rest of its ledger entry is known from outside. */
export type ArrivalOutcome = Pick<
  LedgerEntry,
  'outcome' | 'reason' | 'archiveId' | 'contentHash' | 'arrivalHash' | 'sizeBytes' | 'messageIdHash' | 'filedAt'
>;

/** The source under which the ledger keeps arrivals that are no endpoint's. */
const NO_ENDPOINT = 'none';

/** The key of an arrival in the ledger of its first source. */
export function ledgerKeyOf(arrivalId: string, facts: ArrivalFacts): ItemKey {
  if (facts.source.fetched) return fetchedKeyOf(facts.source.fetched);
  return ledgerKey(facts.source.endpointIds[0] ?? NO_ENDPOINT, facts.receivedAt, arrivalId);
}

/**
 * The items that say what became of an arrival: its ledger entry, the same under each further endpoint,
 * and, for a later arrival of a message, its place among the message's arrivals.
 */
export function ledgerItems(arrivalId: string, facts: ArrivalFacts, outcome: ArrivalOutcome): readonly Item[] {
  const { receivedAt, source, envelope } = facts;
  const entry: LedgerEntry = {
    arrivalId,
    receivedAt,
    source,
    ...outcome,
    envelope: { ...envelope, rcptTo: envelope.rcptTo.slice(0, LEDGER_RECIPIENTS) },
    recipientCount: envelope.rcptTo.length,
  };
  const data = dataOf(entry);
  const further = source.endpointIds.slice(1).map((endpointId) => ledgerKey(endpointId, receivedAt, arrivalId));
  const keys = [ledgerKeyOf(arrivalId, facts), ...further];
  if (outcome.archiveId !== undefined && outcome.outcome !== 'archived') {
    keys.push(laterArrivalKey(outcome.archiveId, receivedAt, arrivalId));
  }
  return keys.map((key) => ({ ...key, version: 1, data }));
}
