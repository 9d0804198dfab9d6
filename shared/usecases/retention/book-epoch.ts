import type { Ports } from '../../ports/ports.ts';
import type { ItemKey } from '../../ports/tables.ts';
import { newId } from '../new-id.ts';

type EpochPorts = Pick<Ports, 'tables' | 'clock' | 'entropy'>;

/**
 * Does a change of a partition of the configuration whose readers keep what they read: they ask for its epoch each
 * time, by a consistent read, and read anew where it is another one, or where a change is under way or died. The change
 * counts once this resolves.
 */
export async function changingEpoch<Result>(
  ports: EpochPorts,
  key: ItemKey,
  change: () => Promise<Result>,
): Promise<Result> {
  await ports.tables.put('configuration', { ...key, version: 1, data: { epoch: newId(ports, 'epoch') } });
  const result = await change();
  await ports.tables.put('configuration', {
    ...key,
    version: 1,
    data: { epoch: newId(ports, 'epoch'), isSettled: true },
  });
  return result;
}

/** The epoch, where no change is under way; what was read after it was asked for may be kept for as long as it stays the same. */
export async function settledEpoch({ tables }: Pick<Ports, 'tables'>, key: ItemKey): Promise<string | undefined> {
  const item = await tables.get('configuration', key);
  const { epoch, isSettled } = item?.data ?? {};
  return isSettled === true && typeof epoch === 'string' ? epoch : undefined;
}
