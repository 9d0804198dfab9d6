import { createSearchThreads } from '../../../infra/local/search-threads.ts';
import { LOCAL_STORES } from '../../../infra/local/store-settings.ts';
import { oneMailbox } from './filled-index.ts';
import { type Latencies, latencies, peakRssMegabytes, searched, unitsOf } from './measure.ts';

/** Each query is made so often; the first time its pages are read, and it does not count. */
const ROUNDS = 4;
/** Totals are exact up to here. */
const EXACT = 10_000;

/** One large mailbox that was searched before: how long a first page takes, by kind of query and order. */
export async function warmPart(path: string, directory: string, messages: number) {
  const filled = await oneMailbox(path, directory, messages);
  const { kinds } = filled;
  const threads = createSearchThreads(filled.dataDir, LOCAL_STORES);
  const units = unitsOf(filled.mailboxIds);
  const orders: Record<string, Record<string, Latencies & { readonly inexact: number }>> = {};
  for (const sort of ['newest', 'relevance'] as const) {
    const byKind: Record<string, Latencies & { readonly inexact: number }> = {};
    const all: number[] = [];
    for (const { name, queries } of kinds) {
      const times: number[] = [];
      let inexact = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const q of queries) {
          const { ms, result } = await searched(threads.workers, units, q, sort);
          if (round > 0) times.push(ms);
          if (!result.totalIsExact && result.total < EXACT) inexact += 1;
        }
      }
      byKind[name] = { ...latencies(times), inexact };
      all.push(...times);
    }
    orders[sort] = { ...byKind, all: { ...latencies(all), inexact: 0 } };
  }
  await threads.close();
  const { dataDir: _dataDir, mailboxIds: _ids, kinds: _kinds, ...facts } = filled;
  return { ...facts, milliseconds: orders, peakRssMegabytes: peakRssMegabytes() };
}
