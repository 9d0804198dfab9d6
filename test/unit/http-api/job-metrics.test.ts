import { expect, test } from 'vitest';
import { jobMetrics } from '../../../functions/http-api/job-metrics.ts';
import { troublesOf } from '../../../shared/usecases/troubles.ts';
import { createDigestWorld, MINUTE_MS } from '../usecases/digests/digest-world.ts';
import { createApiWorld } from './api-world.ts';

test('counts the jobs of the last day by kind and outcome, and what there was none of as 0', async () => {
  const { ports, runJob } = createDigestWorld('metrics');
  await runJob('failed');
  ports.clock.advance(25 * 60 * MINUTE_MS);
  for (let run = 0; run < 250; run++) await runJob('succeeded');
  await runJob('disconnected');
  const text = await jobMetrics(ports);
  expect(text).toContain('letterlock_jobs{kind="fetch",status="succeeded"} 250\n');
  expect(text).toContain('letterlock_jobs{kind="fetch",status="disconnected"} 1\n');
  expect(text).toContain('letterlock_jobs{kind="fetch",status="failed"} 0\n');
  expect(text).toContain('letterlock_jobs{kind="verify",status="failed"} 0\n');
});

test('a run over several mailboxes counts once, in figures and troubles', async () => {
  const { ports, runJob } = createDigestWorld('several');
  const parentJobId = await runJob('completedWithErrors', { profileId: 'pf-1' });
  for (let mailbox = 0; mailbox < 3; mailbox++) await runJob('failed', { profileId: 'pf-1', parentJobId });
  const text = await jobMetrics(ports);
  expect(text).toContain('letterlock_jobs{kind="fetch",status="completedWithErrors"} 1\n');
  expect(text).toContain('letterlock_jobs{kind="fetch",status="failed"} 0\n');
  const now = ports.clock.now();
  const troubles = await troublesOf(ports, { from: now, until: new Date(now.getTime() + MINUTE_MS) });
  expect(troubles).toMatchObject([{ jobId: parentJobId }]);
});

test('stands in GET /metrics', async () => {
  const api = await createApiWorld();
  const { bytes } = await api.call('GET', '/metrics', { token: api.admin });
  expect(bytes.toString()).toMatch(/^letterlock_up 1\n# HELP letterlock_jobs /);
});
