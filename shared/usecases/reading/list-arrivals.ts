import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { SignatureVerdict } from '../../domain/signature-verdict.ts';
import type { Ports } from '../../ports/ports.ts';
import { ledgerKeyOf } from '../filing/ledger.ts';
import { typed } from '../item-data.ts';
import { ARRIVAL_PREFIX, LEDGER_SHARDS, ledgerPartition, messagePartition } from '../message-keys.ts';
import { verdictsOf } from '../signatures/verdicts-of.ts';
import { liveRecord, type ReadingPorts, readStoredOriginal } from './stored-original.ts';

/** An arrival with what its signatures were found to be, once they have been verified. */
export interface ListedArrival extends LedgerEntry {
  readonly signatures?: readonly SignatureVerdict[];
}

export interface ArrivalPage {
  readonly items: readonly ListedArrival[];
  readonly cursor?: string;
}

/** The arrivals of a message: the first one, then the later ones, oldest first. Throws `NotFoundError`. */
export async function listArrivals(
  ports: ReadingPorts,
  archiveId: string,
  options: { readonly limit: number; readonly cursor?: string },
): Promise<ArrivalPage> {
  const record = await liveRecord(ports, archiveId);
  const { cursor } = options;
  const first = cursor === undefined ? await firstArrival(ports, archiveId) : [];
  const page = await ports.tables.query('messages', messagePartition(archiveId), {
    prefix: ARRIVAL_PREFIX,
    limit: options.limit,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const later = page.items.map((item) => typed<LedgerEntry>(item).data);
  const entries = [...first, ...later.filter(({ arrivalId }) => arrivalId !== record.first.arrivalId)];
  const items = await Promise.all(entries.map((entry) => withVerdicts(ports, archiveId, entry)));
  return page.cursor === undefined ? { items } : { items, cursor: page.cursor };
}

async function withVerdicts(ports: ReadingPorts, archiveId: string, entry: LedgerEntry): Promise<ListedArrival> {
  const signatures = await verdictsOf(ports, archiveId, entry.arrivalId);
  return signatures ? { ...entry, signatures } : entry;
}

async function firstArrival(ports: ReadingPorts, archiveId: string): Promise<readonly LedgerEntry[]> {
  const { first } = await liveRecord(ports, archiveId);
  const { header } = await readStoredOriginal(ports, archiveId, first);
  const item = await ports.tables.get('messages', ledgerKeyOf(first.arrivalId, header));
  return item ? [typed<LedgerEntry>(item).data] : [];
}

/** How many months of a source's ledger one call looks through: a page may be empty and still have a cursor. */
const MONTHS_AT_ONCE = 24;

/**
 * The arrivals of an endpoint received from `from` (inclusive) until `to` (exclusive), newest first.
 * Looks through months backwards from `to`, all shards of a month at once.
 */
export async function listEndpointArrivals(
  { tables }: Pick<Ports, 'tables'>,
  endpointId: string,
  options: { readonly from: Date; readonly to: Date; readonly limit: number; readonly cursor?: string },
): Promise<ArrivalPage> {
  const from = options.from.toISOString();
  const before = options.cursor ?? options.to.toISOString();
  const items: LedgerEntry[] = [];
  let month = before.slice(0, 7);
  for (let looked = 0; month >= from.slice(0, 7); month = monthBefore(month), looked += 1) {
    if (looked >= MONTHS_AT_ONCE) return { items, cursor: `${month}-99` };
    const shards = await Promise.all(
      Array.from({ length: LEDGER_SHARDS }, (_, shard) =>
        tables.query('messages', ledgerPartition(endpointId, month, shard), {
          from,
          to: before,
          newestFirst: true,
          limit: options.limit + 2,
        }),
      ),
    );
    const rows = shards.flatMap((page) => page.items).filter((item) => item.sk < before);
    rows.sort((a, b) => (a.sk < b.sk ? 1 : -1));
    for (const row of rows) {
      if (items.length === options.limit) return { items, cursor: positionOf(items.at(-1)) };
      items.push(typed<LedgerEntry>(row).data);
    }
  }
  return { items };
}

function positionOf(entry: LedgerEntry | undefined): string {
  return entry ? `${entry.receivedAt}#${entry.arrivalId}` : '';
}

function monthBefore(month: string): string {
  const [year = 1970, index = 1] = month.split('-').map(Number);
  const earlier = new Date(Date.UTC(year, index - 2, 1));
  return earlier.toISOString().slice(0, 7);
}
