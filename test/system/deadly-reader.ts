import { serveReader } from '../../shared/adapters/processes/serve-reader.ts';
import { inProcessReader } from '../../shared/usecases/in-process-reader.ts';

/** A reader that mail with a certain body kills, in each way there is. */
serveReader({
  ...inProcessReader,
  readArrival: async (arrival, rules) => {
    const text = Buffer.from(arrival).toString('latin1');
    if (text.includes('takes all memory'))
      for (const kept: unknown[] = []; ; ) kept.push(Array.from({ length: 1e5 }, () => ({})));
    if (text.includes('throws')) throw new Error('no reader expects this');
    if (text.includes('ends the process')) process.exit(1);
    if (text.includes('goes on for ever')) for (;;);
    return await inProcessReader.readArrival(arrival, rules);
  },
});
