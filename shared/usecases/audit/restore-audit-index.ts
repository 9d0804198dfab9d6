import {
  auditDay,
  BATCH_PREFIX,
  batchKey,
  type ChainHead,
  parseBatchKey,
  registerKey,
} from '../../domain/audit-chain.ts';
import { DamagedError } from '../../errors.ts';
import { decodeAuditBatch, encodeRegistration, referenceOf } from '../../mail/audit-object.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { chainItem, chainPartition, eventItems } from './audit-keys.ts';

type RestorePorts = Pick<Ports, 'archive' | 'tables' | 'logs'>;

/**
 * Puts the items by which events are found from all batches in the archive bucket. Answers how many events there are;
 * batches that cannot be read are in the log of the process. Safe to repeat.
 */
export async function restoreAuditIndex(ports: RestorePorts): Promise<number> {
  let events = 0;
  for await (const { key } of ports.archive.list(BATCH_PREFIX)) {
    const place = parseBatchKey(key);
    if (place) events += (await listBatch(ports, place)) ?? 0;
  }
  return events;
}

const DAY_MS = 24 * 60 * 60_000;

/** Lists the batches that a process made durable and died before it listed them, of chains begun since the day before `now`. */
export async function listLeftBatches(ports: RestorePorts, now: Date): Promise<void> {
  for (const day of [auditDay(new Date(now.getTime() - DAY_MS)), auditDay(now)]) {
    for await (const item of queryAll(ports, 'activity', chainPartition(day))) {
      const { chain, n } = typed<ChainHead>(item).data;
      for (let next = n + 1; (await listBatch(ports, { chain, n: next })) !== undefined; ) next += 1;
    }
  }
}

/** Answers how many events the batch has; `undefined` where there is none. */
async function listBatch(
  { archive, tables, logs }: RestorePorts,
  { chain, n }: Pick<ChainHead, 'chain' | 'n'>,
): Promise<number | undefined> {
  const key = batchKey(chain, n);
  const object = await archive.get(key);
  if (!object) return undefined;
  try {
    const { events } = decodeAuditBatch(key, object.body);
    const { hash } = referenceOf(n, object.body);
    if (n === 1) await registerLeft({ archive }, { chain, n, hash });
    await tables.batchPut('activity', events.flatMap(eventItems));
    await lengthen({ tables }, chainItem({ chain, n, hash }));
    return events.length;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    logs.error('object damaged', { key, error });
    return 0;
  }
}

/** Registers a chain whose process died between its first batch and that: once it is listed, it counts as registered. */
async function registerLeft({ archive }: Pick<Ports, 'archive'>, head: ChainHead): Promise<void> {
  if (await archive.head(batchKey(head.chain, 2))) return;
  await archive.put(registerKey(head.chain), encodeRegistration(head), { ifAbsent: true });
}

/** Notes how far a chain reaches, unless its own process, which may be writing it, says that it is longer. */
async function lengthen({ tables }: Pick<Ports, 'tables'>, item: Item): Promise<void> {
  while ((await tables.putIfAbsent('activity', item)) === 'exists') {
    const there = await tables.get('activity', item);
    if (there && there.version >= item.version) return;
    if (there && (await tables.putIfVersion('activity', item, there.version)) === 'stored') return;
  }
}
