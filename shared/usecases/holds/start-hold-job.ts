import type { Job } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import { startJob } from '../jobs/jobs.ts';
import type { HoldJobCheckpoint } from './run-hold-job.ts';

/** Starts the job that brings the locks of what a hold covers in line with the holds that there are. */
export function startHoldJob(
  ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>,
  holdId: string,
): Promise<Job> {
  const checkpoint: HoldJobCheckpoint = { holdId, phase: 'found', counts: { messages: 0, versions: 0 } };
  return startJob(ports, 'holds', { checkpoint });
}
