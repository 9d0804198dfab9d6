import type { Ports } from '../../../ports/ports.ts';
import { pendingUnits } from './marks.ts';

export interface IndexLag {
  /** Units with messages that wait to be indexed. */
  readonly pendingUnits: number;
  /** For how long the first of them has been waiting; 0 where none is. */
  readonly seconds: number;
}

/** How far the index is behind; walks over all units that have something to be done. */
export async function indexLag(ports: Pick<Ports, 'tables' | 'clock'>): Promise<IndexLag> {
  const now = ports.clock.now().getTime();
  let units = 0;
  let seconds = 0;
  for await (const { since } of pendingUnits(ports)) {
    units += 1;
    seconds = Math.max(seconds, (now - Date.parse(since)) / 1000);
  }
  return { pendingUnits: units, seconds };
}
