import { systemClock } from '../../../shared/adapters/system/system-clock.ts';
import { inProcessWorkers } from '../../../shared/usecases/search/find/in-process-workers.ts';
import { UnitReader } from '../../../shared/usecases/search/read/unit-reader.ts';
import { derivedIn, oneMailbox } from './filled-index.ts';
import { latencies, peakRssMegabytes, rounded, searched, unitsOf } from './measure.ts';
import { slowStore } from './slow-store.ts';

const QUERIES = 12;
/** As object storage is from a function beside it. */
const DISTANCE = { latencyMs: 20, bytesPerSecond: 100_000_000 };

/** The same mailbox, nothing of it in memory: each search begins afresh, its segments fetched over a wire. */
export async function coldPart(path: string, directory: string, messages: number) {
  const filled = await oneMailbox(path, directory, messages);
  const { kinds } = filled;
  const { derived } = await derivedIn(filled.dataDir);
  const units = unitsOf(filled.mailboxIds);
  const figures: Record<string, object> = {};
  for (const { name, queries } of kinds) {
    const times: number[] = [];
    let requests = 0;
    let bytes = 0;
    const some = queries.slice(0, QUERIES);
    for (const q of some) {
      const { store, fetched } = slowStore(derived, DISTANCE);
      const reader = new UnitReader({ derived: store, clock: systemClock });
      const workers = inProcessWorkers({ reader, now: () => performance.now() });
      times.push((await searched(workers, units, q, 'newest')).ms);
      requests += fetched.requests;
      bytes += fetched.bytes;
    }
    figures[name] = {
      ...latencies(times),
      requestsEach: rounded(requests / some.length),
      megabytesEach: rounded(bytes / some.length / 1e6),
    };
  }
  return { ...DISTANCE, milliseconds: figures, peakRssMegabytes: peakRssMegabytes() };
}
