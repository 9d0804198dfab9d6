import { ConflictError } from '../errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { Item, ItemKey, JsonObject, TableName } from '../ports/tables.ts';

type LoggedPorts = Pick<Ports, 'tables' | 'log'>;

/** What a caller decides of an item; versions and the log mark are kept here. */
export interface LoggedChange {
  readonly data: JsonObject;
  readonly indexes?: { readonly list?: ItemKey };
}

/**
 * Creates an item that the tables can be rebuilt with, or revives a removed one. The item is marked
 * `unlogged` until its log entry is durable, so that a crash in between is mended by the sweep.
 * Throws `ConflictError` where it exists.
 */
export async function createLogged(
  ports: LoggedPorts,
  table: TableName,
  key: ItemKey,
  change: LoggedChange,
): Promise<Item> {
  const item = unlogged({ ...key, version: 1, ...change });
  if ((await ports.tables.putIfAbsent(table, item)) === 'stored') return await append(ports, table, item);
  const former = await ports.tables.get(table, key);
  if (!former?.removed) throw new ConflictError(`${key.pk} ${key.sk} exists already`);
  return await replaceLogged(ports, table, former, change);
}

/**
 * Replaces `current` where nobody else did meanwhile; throws `ConflictError` otherwise. A record stays in the index of
 * Message-IDs: that a message was purged is known of it by its Message-ID, too.
 */
export async function replaceLogged(
  ports: LoggedPorts,
  table: TableName,
  current: Item,
  change: LoggedChange,
): Promise<Item> {
  const versions = current.indexes?.versions;
  const indexes = versions ? { versions, ...change.indexes } : { ...change.indexes };
  const item = unlogged({ pk: current.pk, sk: current.sk, version: current.version + 1, ...change, indexes });
  await replace(ports, table, item, current.version);
  return await append(ports, table, item);
}

/** One of many changes that are made together: of `current`, or of what is to be created. */
export interface LoggedWrite extends LoggedChange {
  readonly key: ItemKey;
  readonly current?: Item;
}

/**
 * As `createLogged` and `replaceLogged`, of many items at once, with the log told once. Answers for each whether it was
 * written: not where there is one already, or somebody else changed it meanwhile.
 */
export async function writeAllLogged(
  ports: LoggedPorts,
  table: TableName,
  writes: readonly LoggedWrite[],
): Promise<readonly boolean[]> {
  const written = await Promise.all(
    writes.map(async ({ key, current, ...change }): Promise<Item | undefined> => {
      const item = unlogged({ ...key, version: (current?.version ?? 0) + 1, ...change });
      const { tables } = ports;
      const put = current ? tables.putIfVersion(table, item, current.version) : tables.putIfAbsent(table, item);
      return (await put) === 'stored' ? item : undefined;
    }),
  );
  const clean = written.filter((item) => item !== undefined).map(logged);
  if (clean.length > 0) await ports.log.append(clean.map((item) => ({ table, item })));
  await Promise.all(clean.map((item) => ports.tables.putIfVersion(table, item, item.version)));
  return written.map((item) => item !== undefined);
}

/** Removes `current` where nobody else changed it meanwhile, leaving a mark; throws `ConflictError` otherwise. */
export async function removeLogged(ports: LoggedPorts, table: TableName, current: Item): Promise<void> {
  const item = unlogged({ pk: current.pk, sk: current.sk, version: current.version + 1, removed: true, data: {} });
  await replace(ports, table, item, current.version);
  await append(ports, table, item);
}

/** The item as it is read by its owner: `undefined` where it is absent or removed. */
export async function getLogged(
  ports: Pick<Ports, 'tables'>,
  table: TableName,
  key: ItemKey,
): Promise<Item | undefined> {
  const item = await ports.tables.get(table, key);
  return item?.removed ? undefined : item;
}

/** Writes the log entry of an item that a crash left `unlogged`, and clears the mark. */
export async function appendLeftover(ports: LoggedPorts, table: TableName, item: Item): Promise<void> {
  await append(ports, table, item);
}

/** The partition of the `unlogged` index that the sweep reads. */
export const UNLOGGED = 'unlogged';

function unlogged(item: Item): Item {
  const mark = { pk: UNLOGGED, sk: `${item.pk} ${item.sk}` };
  return { ...item, indexes: { ...item.indexes, unlogged: mark } };
}

function logged(item: Item): Item {
  const { indexes, ...rest } = item;
  const { unlogged: _mark, ...kept } = indexes ?? {};
  return Object.keys(kept).length > 0 ? { ...rest, indexes: kept } : rest;
}

async function replace(ports: LoggedPorts, table: TableName, item: Item, expected: number): Promise<void> {
  if ((await ports.tables.putIfVersion(table, item, expected)) === 'conflict') {
    throw new ConflictError(`${item.pk} ${item.sk} was changed meanwhile; read it again and repeat`);
  }
}

async function append(ports: LoggedPorts, table: TableName, item: Item): Promise<Item> {
  const clean = logged(item);
  await ports.log.append([{ table, item: clean }]);
  await ports.tables.putIfVersion(table, clean, item.version);
  return clean;
}
