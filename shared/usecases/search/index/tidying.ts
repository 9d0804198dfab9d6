import type { ObjectKey } from '../../../ports/object-store.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Item } from '../../../ports/tables.ts';
import { dataOf, typed } from '../../item-data.ts';
import { TIDYING, tidyingKey, tidyingListKey, tidyingPartition } from '../../message-keys.ts';
import { queryAll } from '../../query-all.ts';
import { filePrefix } from './index-keys.ts';
import { type IndexUnit, unitName, unitNamed } from './index-unit.ts';
import { readManifest } from './manifest-store.ts';
import { filesOf } from './segment-files.ts';

/** How long a reader may go on with what a manifest named: no search takes that long. */
const READERS_KEEP_MS = 60 * 60_000;
/** How long a run may take from its first file to its manifest: no function runs longer. */
const RUN_MS = 30 * 60_000;

interface Tidying {
  readonly keys: readonly ObjectKey[];
}

type TidyingPorts = Pick<Ports, 'derived' | 'tables' | 'clock' | 'entropy'>;

/**
 * Says that a unit is to be tidied up in an hour or two, when no reader has these files any more. To be called before
 * the manifest that no longer names them is written: what is still named then is kept.
 */
export async function planTidying(
  { tables, clock, entropy }: TidyingPorts,
  unit: IndexUnit,
  keys: readonly ObjectKey[],
): Promise<void> {
  const now = clock.now();
  const dueAt = new Date(now.getTime() + READERS_KEEP_MS + RUN_MS).toISOString();
  const name = unitName(unit);
  const data = dataOf({ keys } satisfies Tidying);
  const key = tidyingKey(name, dueAt, Buffer.from(entropy.bytes(6)).toString('hex'));
  await tables.put('messages', { ...key, version: 1, indexes: { list: tidyingListKey(name, dueAt) }, data });
}

/** The units that are due to be tidied up; by an index, so one that was planned a moment ago may be missing. */
export async function* unitsToTidy(ports: Pick<Ports, 'tables'>, now: Date): AsyncIterable<IndexUnit> {
  const seen = new Set<string>();
  const options = { index: 'list', to: `${now.toISOString()}~` } as const;
  for await (const item of queryAll(ports, 'messages', TIDYING, options)) {
    const name = item.pk.slice(tidyingPartition('').length);
    const unit = unitNamed(name);
    if (unit && !seen.has(name)) yield unit;
    seen.add(name);
  }
}

/** What is due of a unit. */
export async function dueTidying({ tables, clock }: Pick<Ports, 'tables' | 'clock'>, unit: IndexUnit) {
  const due: Item[] = [];
  const to = `${clock.now().toISOString()}~`;
  for await (const item of queryAll({ tables }, 'messages', tidyingPartition(unitName(unit)), { to })) due.push(item);
  return due;
}

/**
 * Deletes the files that no manifest names any more: those that were planned to go by `due`, and those that a run left
 * behind which never wrote its manifest. Safe to repeat. Throws `StorageError`.
 */
export async function tidyUp(ports: TidyingPorts, unit: IndexUnit, due: readonly Item[]): Promise<number> {
  const { derived, tables, clock } = ports;
  const listed = await filesListed(ports, unit);
  // In this order: what was replaced after the list was read is named by the manifest, or was planned before it went.
  const { manifest } = await readManifest(ports, unit);
  const kept = new Set(manifest.segments.flatMap((segment) => filesOf(unit, segment)));
  const isDue = new Set(due.map(({ sk }) => sk));
  for await (const item of queryAll(ports, 'messages', tidyingPartition(unitName(unit)))) {
    if (isDue.has(item.sk)) continue;
    for (const key of typed<Tidying>(item).data.keys) kept.add(key);
  }
  const planned = new Set(due.flatMap((item) => typed<Tidying>(item).data.keys));
  const leftBefore = clock.now().getTime() - READERS_KEEP_MS - RUN_MS;
  let deleted = 0;
  for (const { key, modifiedAt } of listed) {
    if (kept.has(key) || !(planned.has(key) || modifiedAt < leftBefore)) continue;
    await derived.delete(key);
    deleted += 1;
  }
  for (const { pk, sk, version } of due) await tables.deleteIfVersion('messages', { pk, sk }, version);
  return deleted;
}

async function filesListed({ derived }: Pick<Ports, 'derived'>, unit: IndexUnit) {
  const files: { readonly key: ObjectKey; readonly modifiedAt: number }[] = [];
  for await (const { key, modifiedAt } of derived.list(filePrefix(unit))) {
    files.push({ key, modifiedAt: modifiedAt.getTime() });
  }
  return files;
}
