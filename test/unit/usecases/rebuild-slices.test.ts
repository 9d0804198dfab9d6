import { describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../shared/adapters/memory/memory-tables.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { ByteBudget } from '../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../shared/usecases/filing/file-batch.ts';
import { getJob, startJob } from '../../../shared/usecases/jobs/jobs.ts';
import { rebuildTables } from '../../../shared/usecases/maintenance/rebuild-tables.ts';
import { runJob } from '../../../shared/usecases/maintenance/run-job.ts';
import { createMemoryPorts } from './memory-ports.ts';

const letter = (number: number, received = '') =>
  Buffer.from(
    `${received}From: a@x.test\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <${number}@x.test>\r\n\r\nx`,
  );

async function filled() {
  const ports = createMemoryPorts('slices');
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'all' });
  const directory = bookDirectory(configuration);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: 32_768 };
  const facts = {
    receivedAt: ports.clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: [endpointId] },
    envelope: { mailFrom: '', rcptTo: [`${localPart}@journal.test`] },
  } as const;
  for (let number = 0; number < 6; number += 1) {
    for (const raw of [letter(number), letter(number, 'Received: by mx.test\r\n')]) {
      const nudge = await acceptArrival(ports, facts, raw);
      expect(await fileBatch(context, new ByteBudget(1_000), [nudge])).toEqual([]);
    }
  }
  return { ports, directory };
}

async function contents({ tables }: Pick<Ports, 'tables'>): Promise<readonly string[]> {
  const { items } = await tables.scan('messages', { limit: 1_000 });
  return items.map((item) => JSON.stringify(item)).sort();
}

describe('a rebuild in slices of one object each', () => {
  test('gives the same tables as one in a single run, and the same counts', async () => {
    const { ports, directory } = await filled();
    const atOnce = { ...ports, tables: createMemoryTables() };
    const whole = await rebuildTables(atOnce, directory);
    expect(whole.rest).toBeUndefined();

    const sliced = { ...ports, tables: createMemoryTables() };
    let slices = 1;
    let slice = await rebuildTables(sliced, directory, { mayGoOn: () => false });
    for (; slice.rest; slices += 1) {
      slice = await rebuildTables(sliced, directory, { from: slice.rest, mayGoOn: () => false });
    }
    expect(slices).toBeGreaterThan(10);
    expect(slice.counts).toEqual(whole.counts);
    expect(await contents(sliced)).toEqual(await contents(atOnce));
  });

  test('is one job that queues itself again until it is done, and begins where a slice that died began', async () => {
    const { ports, directory } = await filled();
    const sent: string[] = [];
    const queue = { send: async (_name: string, body: string) => void sent.push(body) };
    const rebuilt = { ...ports, queue, tables: createMemoryTables() };
    const { jobId } = await startJob(rebuilt, 'rebuild');
    for (let done = 0; done < sent.length; done += 1) {
      const dying = { ...rebuilt.tables, put: () => Promise.reject(new Error('dies')) };
      if (done === 3) await expect(runJob({ ...rebuilt, tables: dying }, { directory }, jobId)).rejects.toThrow('dies');
      await runJob(rebuilt, { directory }, jobId, () => false);
    }
    expect(sent.length).toBeGreaterThan(10);
    const { data } = await getJob(rebuilt, jobId);
    expect(data).toMatchObject({ state: 'finished', outcome: 'succeeded', details: { arrivals: 12, damaged: 0 } });
  });
});
