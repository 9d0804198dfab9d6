import type { Item } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { quarantinedItem, readEnveloped } from '../reading/quarantine.ts';
import { fileArrival } from './file-arrival.ts';
import { finish, rulesFor } from './file-batch.ts';
import type { FilingContext } from './filing-context.ts';

/**
 * Files quarantined input after all, whatever address or host it came by: whoever replays it answers for
 * it. What no version can read stays. Answers the outcome; the ledger entry changes to it.
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
  await finish(context, [{ ...filed, ledger: [], logEntries: filed.logEntries.slice(filed.ledger.length) }]);
  for (const entry of filed.ledger) await settleLedger(context, entry);
  const { indexed } = filed;
  const replayedAt = ports.clock.now().toISOString();
  await replaceLogged(
    ports,
    'activity',
    { ...item, data: dataOf(quarantined) },
    {
      data: dataOf({ ...quarantined, replayedAt, archiveId: indexed?.archiveId }),
    },
  );
  return indexed ? { outcome: filed.outcome, archiveId: indexed.archiveId } : { outcome: filed.outcome };
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
