import type { Ports } from '../../../ports/ports.ts';
import { reportDamage } from './damage.ts';
import { MANIFESTS, manifestKey } from './index-keys.ts';
import { isManifestLost, knownUnits } from './known-units.ts';
import { MANIFEST } from './manifest-store.ts';

/**
 * Reports each unit whose manifest is gone as damaged, so that it is indexed again; answers how many. Lists all units
 * once. Safe to repeat. Throws `StorageError`.
 */
export async function reportLostManifests(
  ports: Pick<Ports, 'tables' | 'derived' | 'queue' | 'events' | 'clock' | 'logs'>,
): Promise<number> {
  const listed = new Set<string>();
  for await (const { key } of ports.derived.list(MANIFESTS)) listed.add(key);
  let lost = 0;
  for await (const unit of knownUnits(ports)) {
    if (listed.has(manifestKey(unit)) || !(await isManifestLost(ports, unit))) continue;
    await reportDamage(ports, unit, MANIFEST);
    lost += 1;
  }
  return lost;
}
