import type { Job } from '../../../domain/job.ts';
import type { Ports } from '../../../ports/ports.ts';
import { startJob } from '../../jobs/jobs.ts';
import type { IndexUnit } from './index-unit.ts';
import type { ReindexCheckpoint } from './reindex-checkpoint.ts';

/**
 * Queues a job that indexes mail again: that of all mailboxes, or of one. With `unit`, only what is missing in that
 * part of the index.
 */
export async function startReindex(
  ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>,
  { mailboxId, unit }: { readonly mailboxId?: string; readonly unit?: IndexUnit } = {},
): Promise<Job> {
  const only = unit?.mailboxId ?? mailboxId;
  const checkpoint: ReindexCheckpoint = {
    counts: { mailboxes: 0, messages: 0, segments: 0 },
    ...(only === undefined ? {} : { mailboxId: only }),
    ...(unit ? { missingIn: unit.part } : {}),
  };
  return await startJob(ports, 'reindex', { checkpoint, ...(only === undefined ? {} : { mailboxId: only }) });
}
