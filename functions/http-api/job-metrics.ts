import type { Ports } from '../../shared/ports/ports.ts';
import { countJobs } from '../../shared/usecases/jobs/count-jobs.ts';

const DAY_MS = 24 * 60 * 60_000;
/** All that there can be: what is not there yet is 0, so that rules on it can be written before anything failed. */
const KINDS = ['fetch', 'folder-sync', 'completeness', 'holds', 'rebuild', 'sweep', 'verify'] as const;
const STATUSES = ['queued', 'running', 'succeeded', 'completedWithErrors', 'failed', 'cancelled', 'disconnected'];

/** What `letterlock check --since 1d` counts, as Prometheus text (exposition format 0.0.4). */
export async function jobMetrics(ports: Pick<Ports, 'tables' | 'clock'>): Promise<string> {
  const counts = await countJobs(ports, new Date(ports.clock.now().getTime() - DAY_MS));
  const lines = KINDS.flatMap((kind) =>
    STATUSES.map((status) => {
      const found = counts.find((count) => count.kind === kind && count.status === status);
      return `letterlock_jobs{kind="${kind}",status="${status}"} ${found?.count ?? 0}`;
    }),
  );
  return [
    '# HELP letterlock_jobs Jobs begun in the last 24 hours, the newest 2000, a run over several mailboxes as one, by kind and outcome (state, if unfinished).',
    '# TYPE letterlock_jobs gauge',
    ...lines,
    '',
  ].join('\n');
}
