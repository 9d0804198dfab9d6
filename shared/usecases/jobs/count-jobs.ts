import type { Job, JobKind } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import { type JobFilter, listJobs } from './jobs.ts';

/** So many of the newest are counted: what a monitoring system asks every minute must not cost what the busiest day does. */
const MAX_COUNTED_JOBS = 2_000;
const PAGE = 200;
/** Bounds what is read where most jobs are parts of others: a page passes over some of them, and may come out short. */
const MAX_PAGES = MAX_COUNTED_JOBS / PAGE;

/** Jobs of one kind with one outcome, or state where they are not finished. */
export interface JobCount {
  readonly kind: JobKind;
  readonly status: NonNullable<JobFilter['status']>;
  readonly count: number;
}

/**
 * How many jobs that began at `since` or later ended how, the newest `MAX_COUNTED_JOBS` of them. What a job has others
 * do for it, a mailbox each, is in its own counts and outcome: it counts once.
 */
export async function countJobs(ports: Pick<Ports, 'tables'>, since: Date): Promise<readonly JobCount[]> {
  const counts = new Map<string, JobCount>();
  let cursor: string | undefined;
  let pages = 0;
  do {
    const which = { from: since, partOf: 'none', limit: PAGE };
    const page = await listJobs(ports, cursor === undefined ? which : { ...which, cursor });
    for (const job of page.items) add(counts, job);
    pages += 1;
    cursor = page.cursor;
  } while (cursor !== undefined && pages < MAX_PAGES);
  return [...counts.values()];
}

function add(counts: Map<string, JobCount>, { kind, outcome, state }: Job): void {
  const status = outcome ?? state;
  const key = `${kind} ${status}`;
  counts.set(key, { kind, status, count: (counts.get(key)?.count ?? 0) + 1 });
}
