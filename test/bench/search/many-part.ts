import { createSearchThreads } from '../../../infra/local/search-threads.ts';
import { LOCAL_STORES } from '../../../infra/local/store-settings.ts';
import { manyMailboxes } from './filled-index.ts';
import { latencies, peakRssMegabytes, rounded, searched, unitsOf } from './measure.ts';

const QUERIES = 4;

/** A search over many mailboxes, as auditors make it: the first one of a process, and then again. */
export async function manyPart(
  path: string,
  directory: string,
  shape: { readonly mailboxes: number; readonly each: number },
) {
  const filled = await manyMailboxes(path, directory, shape);
  const { kinds } = filled;
  const units = unitsOf(filled.mailboxIds);
  const figures: Record<string, object> = {};
  for (const sort of ['newest', 'relevance'] as const) {
    for (const { name, queries } of kinds) {
      const cold: number[] = [];
      const again: number[] = [];
      for (const q of queries.slice(0, QUERIES)) {
        const threads = createSearchThreads(filled.dataDir, LOCAL_STORES);
        const first = await searched(threads.workers, units, q, sort);
        cold.push(first.ms);
        again.push((await searched(threads.workers, units, q, sort)).ms);
        await threads.close();
      }
      figures[`${name}, ${sort}`] = { cold: latencies(cold), again: rounded(latencies(again).p50) };
    }
  }
  return { ...shape, milliseconds: figures, peakRssMegabytes: peakRssMegabytes() };
}
