import { type JournalReport, unionOf } from '../../domain/journal-report.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import { carriedBy } from '../../mail/carrier.ts';
import type { DecodedArrival } from '../../mail/stored-arrival.ts';
import { typed } from '../item-data.ts';
import { loadArrival } from '../load-arrival.ts';
import { ARRIVAL_PREFIX, messagePartition } from '../message-keys.ts';
import type { ReadingPorts } from './stored-original.ts';

/** How many later arrivals are read for what their reports say: whoever sends again decides how many there are. */
export const MAX_LATER_REPORTS = 20;

/** What the journal reports around a message's arrivals say together; `undefined` where there is none. */
export async function journalOf(
  ports: ReadingPorts,
  archiveId: string,
  first: DecodedArrival,
): Promise<JournalReport | undefined> {
  const later = await ports.tables.query('messages', messagePartition(archiveId), {
    prefix: ARRIVAL_PREFIX,
    limit: MAX_LATER_REPORTS,
  });
  const ids = later.items.map((item) => typed<LedgerEntry>(item).data.arrivalId);
  const reports = await Promise.all(ids.map((arrivalId) => reportOfArrival(ports, archiveId, arrivalId)));
  return unionOf([reportIn(first), ...reports].filter((report) => report !== undefined));
}

async function reportOfArrival(
  ports: ReadingPorts,
  archiveId: string,
  arrivalId: string,
): Promise<JournalReport | undefined> {
  const arrival = await loadArrival(ports, archiveId, arrivalId);
  return arrival && reportIn(arrival);
}

function reportIn({ header, arrival }: DecodedArrival): JournalReport | undefined {
  return header.carrier === undefined ? undefined : carriedBy(arrival, () => true).report;
}
