import type { FetchedFrom } from '../../domain/fetched-from.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import { fetchedKeyOf } from '../filing/fetched-place.ts';
import { ledgerItems } from '../filing/ledger.ts';
import { typed } from '../item-data.ts';
import { fetchedFacts } from './accept-fetched.ts';

/** Records what a filter left out, before a byte of it was fetched. Safe to repeat. */
export async function excludeFetched(
  { tables, log, clock }: Pick<Ports, 'tables' | 'log' | 'clock'>,
  excluded: readonly { readonly from: FetchedFrom; readonly reason: string }[],
): Promise<readonly LedgerEntry[]> {
  if (excluded.length === 0) return [];
  const now = clock.now().toISOString();
  const items = excluded.flatMap(({ from, reason }) => {
    const { pk, sk } = fetchedKeyOf(from);
    const arrivalId = sha256Hex(`excluded\0${pk}\0${sk}`).slice(0, 32);
    const facts = fetchedFacts(from, from.internalDate ?? now);
    // Nothing is known of its bytes but what the source says of their number.
    return ledgerItems(arrivalId, facts, { outcome: 'excluded', reason, contentHash: '', sizeBytes: from.sizeBytes });
  });
  await log.append(items.map((item) => ({ table: 'messages', item })));
  await tables.batchPut('messages', items);
  return items.map((item) => typed<LedgerEntry>(item).data);
}
