import type { Item } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';
import { markKey, shardOfMessage } from '../message-keys.ts';
import type { FiledArrival } from './file-arrival.ts';
import type { FilingContext } from './filing-context.ts';

/**
 * One item per batch and indexing unit that says which messages wait to be indexed. A unit is a mailbox;
 * for an endpoint's mailbox, which receives all of a journal, a month and shard of it.
 */
export async function markItems(context: FilingContext, filed: readonly FiledArrival[]): Promise<readonly Item[]> {
  const { ports, directory } = context;
  const month = ports.clock.now().toISOString().slice(0, 7);
  const byUnit = new Map<string, Set<string>>();
  for (const { indexed } of filed) {
    for (const mailboxId of indexed?.mailboxIds ?? []) {
      if (!indexed) continue;
      const shards = (await directory.mailbox(mailboxId))?.listShards ?? 1;
      const unit = shards > 1 ? `${mailboxId}#${month}#${shardOfMessage(indexed.archiveId, shards)}` : mailboxId;
      const archiveIds = byUnit.get(unit) ?? new Set();
      byUnit.set(unit, archiveIds.add(indexed.archiveId));
    }
  }
  const batchId = `${ports.clock.now().toISOString()}#${Buffer.from(ports.entropy.bytes(6)).toString('hex')}`;
  return [...byUnit].map(([unit, archiveIds]) => ({
    ...markKey(unit, batchId),
    version: 1,
    data: dataOf({ archiveIds: [...archiveIds] }),
  }));
}
