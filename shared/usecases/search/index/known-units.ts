import type { Ports } from '../../../ports/ports.ts';
import { INDEXED_UNITS, indexedUnitKey } from '../../message-keys.ts';
import { queryAll } from '../../query-all.ts';
import { manifestKey } from './index-keys.ts';
import { type IndexUnit, unitName, unitNamed } from './index-unit.ts';

/** Says in the tables that a unit has a manifest, which must be there by then: without it, it was lost. Safe to repeat. */
export async function rememberUnit({ tables }: Pick<Ports, 'tables'>, unit: IndexUnit): Promise<void> {
  await tables.putIfAbsent('messages', { ...indexedUnitKey(unitName(unit)), version: 1, data: {} });
}

/** The units of a mailbox, or of all, that have or had a manifest. */
export async function* knownUnits(ports: Pick<Ports, 'tables'>, mailboxId?: string): AsyncIterable<IndexUnit> {
  const options = mailboxId === undefined ? {} : { prefix: mailboxId };
  for await (const { sk } of queryAll(ports, 'messages', INDEXED_UNITS, options)) {
    const unit = unitNamed(sk);
    if (unit && (mailboxId ?? unit.mailboxId) === unit.mailboxId) yield unit;
  }
}

/** Whether the manifest of a unit was there and is not any more. To be asked where one was not found. */
export async function isManifestLost(
  { tables, derived }: Pick<Ports, 'tables' | 'derived'>,
  unit: IndexUnit,
): Promise<boolean> {
  if (!(await tables.get('messages', indexedUnitKey(unitName(unit))))) return false;
  // Once more: another may have written the first manifest, and said so, since it was looked for.
  return (await derived.head(manifestKey(unit))) === undefined;
}
