import { NotFoundError, ObjectLockedError } from '../../errors.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';

/**
 * Has storage keep an object until `until` at least; answers whether it was locked for less. One that is gone needs no lock. Safe
 * to repeat, and beside others: nothing is ever shortened.
 */
export async function extendObject({ archive }: Pick<Ports, 'archive'>, key: ObjectKey, until: Date): Promise<boolean> {
  const head = await archive.head(key);
  if (!head || (head.retainUntil !== undefined && head.retainUntil >= until)) return false;
  try {
    await archive.retain(key, head.versionId, until);
    return true;
  } catch (error) {
    // Purged, or locked for longer, meanwhile.
    if (error instanceof NotFoundError || error instanceof ObjectLockedError) return false;
    throw error;
  }
}
