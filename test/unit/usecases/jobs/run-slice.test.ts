import { expect, test } from 'vitest';
import { checkpointOf, getJob, startJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { runSlice } from '../../../../shared/usecases/jobs/run-slice.ts';
import { createMemoryPorts } from '../memory-ports.ts';

test('a slice says every few seconds how far it is, and where another attempt begins', async () => {
  const ports = createMemoryPorts('slice');
  const { jobId } = await startJob(ports, 'holds');
  const shown = async () => [(await getJob(ports, jobId)).data.details, await checkpointOf(ports, jobId)];
  await runSlice(ports, await getJob(ports, jobId), 'hold-versions', async (keep) => {
    await keep({ details: { versions: 1 }, rest: { after: 1 } });
    expect(await shown()).toEqual([undefined, undefined]);
    ports.clock.advance(3_000);
    await keep({ details: { versions: 2 }, rest: { after: 2 } });
    await keep({ details: { versions: 3 }, rest: { after: 3 } });
    expect(await shown()).toEqual([{ versions: 2 }, { after: 2 }]);
    return { details: { versions: 4 } };
  });
  expect((await getJob(ports, jobId)).data).toMatchObject({ outcome: 'succeeded', details: { versions: 4 } });
});
