import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { replayedKey } from '../message-keys.ts';
import { quarantinedItem, readEnveloped } from '../reading/quarantine.ts';
import { fileArrival } from './file-arrival.ts';
import { finish, rulesFor } from './file-batch.ts';
import type { FilingContext } from './filing-context.ts';

/**
 * Files quarantined input after all, whatever address or host it came by: whoever replays it answers for
 * it. What no version can read stays, and what is not filed because its message was purged. Answers the outcome; the
 * ledger entry changes to it. A purge of the message takes the input along.
 */
export async function replayQuarantined(
  context: FilingContext,
  id: string,
): Promise<{ readonly outcome: string; readonly archiveId?: string; readonly reason?: string }> {
  const { ports } = context;
  const item = await quarantinedItem(ports, id);
  const quarantined = item.data;
  const { facts, raw } = await readEnveloped(ports, quarantined);
  const { formerEndpointIds: _former, ...source } = facts.source;
  const reading = await ports.reader.readArrival(raw, rulesFor(context, facts));
  if (!reading) return { outcome: 'quarantined', reason: 'not_a_message' };
  const { arrivalId } = quarantined;
  const filed = await fileArrival(context, { arrivalId, facts: { ...facts, source }, raw, ...reading });
  const { indexed } = filed;
  if (!indexed) return { outcome: 'excluded', reason: reasonOf(filed.ledger) };
  // Logged, and before it is in no list any more: nobody else knows that these bytes are the message's.
  const replayed = { ...replayedKey(indexed.archiveId, id), version: 1, data: {} };
  await ports.log.append([{ table: 'messages', item: replayed }]);
  await ports.tables.put('messages', replayed);
  await finish(context, [{ ...filed, ledger: [], logEntries: filed.logEntries.slice(filed.ledger.length) }]);
  for (const entry of filed.ledger) await settleLedger(context, entry);
  const replayedAt = ports.clock.now().toISOString();
  await replaceLogged(
    ports,
    'activity',
    { ...item, data: dataOf(quarantined) },
    {
      data: dataOf({ ...quarantined, replayedAt, archiveId: indexed.archiveId }),
    },
  );
  return { outcome: filed.outcome, archiveId: indexed.archiveId };
}

/** Why nothing was filed: where the ledger does not say, the message of this very arrival was purged. */
function reasonOf([entry]: readonly Item[]): string {
  return (entry && typed<LedgerEntry>(entry).data.reason) ?? 'purged';
}

/**
 * Puts an entry over the one that said `quarantined`, or that is about to: whatever quarantined it logs version 1. A later
 * arrival's own item is put where it is absent.
 */
async function settleLedger({ ports }: FilingContext, entry: Item): Promise<void> {
  const there = await ports.tables.get('messages', entry);
  const item = { ...entry, version: (there?.version ?? 1) + 1 };
  await ports.log.append([{ table: 'messages', item }]);
  await ports.tables.put('messages', item);
}
