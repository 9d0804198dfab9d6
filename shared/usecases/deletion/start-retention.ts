import { type Job, NO_COUNTS } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import { newJobId, queueNewJob, startJob } from '../jobs/jobs.ts';
import { activePolicies } from '../retention/policy-book.ts';

type StartPorts = Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>;

/** Starts a retention job now; it does nothing that the daily one would not. */
export async function startRetention(ports: StartPorts): Promise<Job> {
  return await startJob(ports, 'retention');
}

/**
 * Starts the retention job of the day (UTC, as keep times end with days), once; none while no policy has a maximum. To
 * be called every few minutes. Answers the job where this call started it.
 */
export async function startDailyRetention(ports: StartPorts): Promise<Job | undefined> {
  const now = ports.clock.now();
  const day = now.toISOString().slice(0, 10);
  const key = { pk: 'retention-run', sk: day };
  const run = await ports.tables.get('activity', key);
  if (run?.data.isQueued === true) return undefined;
  if (!(await activePolicies(ports)).some(({ maximum }) => maximum)) return undefined;
  const planned = { ...key, version: 1, expiresAt: Math.floor(now.getTime() / 1000) + KEPT_SECONDS };
  await ports.tables.putIfAbsent('activity', { ...planned, data: { jobId: newJobId(ports) } });
  const jobId = (await ports.tables.get('activity', key))?.data.jobId;
  if (typeof jobId !== 'string') return undefined;
  const job: Job = { jobId, kind: 'retention', state: 'queued', startedAt: now.toISOString(), counts: NO_COUNTS };
  await queueNewJob(ports, job);
  await ports.tables.put('activity', { ...planned, data: { jobId, isQueued: true } });
  return job;
}

const KEPT_SECONDS = 7 * 24 * 60 * 60;
