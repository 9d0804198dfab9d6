import type { Item } from '../../ports/tables.ts';
import type { KnownPlace } from './live-places.ts';
import type { MissingMail } from './sync-memory.ts';

/** Missing mail, and where it lies. */
export interface MissingItem {
  readonly subject: string;
  readonly item: Item<MissingMail>;
  readonly places: readonly KnownPlace[];
}
