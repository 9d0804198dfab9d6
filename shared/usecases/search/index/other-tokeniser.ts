import { DamagedSegmentError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import { TOKENISER_VERSION } from '../../../search/tokens/tokenise.ts';
import { dataOf, typed } from '../../item-data.ts';
import { checkedTokeniserKey } from '../../message-keys.ts';
import { MANIFESTS, partOfManifest } from './index-keys.ts';
import { readManifest } from './manifest-store.ts';
import { startReindex } from './start-reindex.ts';

/** With more mailboxes than these to be indexed again one job does all of them. */
const MOST_JOBS = 20;

type CheckPorts = Pick<Ports, 'derived' | 'tables' | 'queue' | 'clock' | 'entropy'>;

/**
 * Starts jobs that index mailboxes again whose index was made by another tokeniser than this program's: their words
 * are not found by what it makes of a query. Manifests are read only where this program's version was not the last to
 * check them. Answers how many jobs. Safe to repeat. Throws `StorageError`.
 */
export async function reindexOtherTokenisers(ports: CheckPorts): Promise<number> {
  const key = checkedTokeniserKey();
  const checked = await ports.tables.get('messages', key);
  if (checked && typed<{ tokeniser: number }>(checked).data.tokeniser === TOKENISER_VERSION) return 0;
  const mailboxIds = await mailboxesOfOthers(ports);
  if (mailboxIds.size > MOST_JOBS) await startReindex(ports);
  else for (const mailboxId of mailboxIds) await startReindex(ports, { mailboxId });
  // Last: whoever dies before begins again.
  const version = (checked?.version ?? 0) + 1;
  await ports.tables.put('messages', { ...key, version, data: dataOf({ tokeniser: TOKENISER_VERSION }) });
  return mailboxIds.size > MOST_JOBS ? 1 : mailboxIds.size;
}

/** Those found first; more than `MOST_JOBS` are as good as all. */
async function mailboxesOfOthers(ports: Pick<Ports, 'derived'>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { key } of ports.derived.list(MANIFESTS)) {
    const [mailboxId = ''] = key.slice(MANIFESTS.length).split('/');
    if (found.has(mailboxId)) continue;
    if (await isOfOther(ports, { mailboxId, part: partOfManifest(key) })) found.add(mailboxId);
    if (found.size > MOST_JOBS) break;
  }
  return found;
}

async function isOfOther(ports: Pick<Ports, 'derived'>, unit: { mailboxId: string; part: string }): Promise<boolean> {
  try {
    const { segments } = (await readManifest(ports, unit)).manifest;
    return segments.some(({ tokeniser, isStale }) => tokeniser !== TOKENISER_VERSION && !isStale);
  } catch (error) {
    // The first to read it for a search or a run reports it, and all of the unit is indexed again.
    if (error instanceof DamagedSegmentError) return false;
    throw error;
  }
}
