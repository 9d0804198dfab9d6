import type { Job, JobOutcome } from './job.ts';

/** What did not go as planned, for the digest. Ids and codes only. Times are ISO 8601, UTC. */
export type Trouble =
  | ({ readonly kind: 'job'; readonly jobKind: Job['kind']; readonly outcome: JobOutcome } & Pick<
      Job,
      'jobId' | 'profileId' | 'counts'
    > & { readonly at: string })
  | {
      readonly kind: 'missed';
      readonly at: string;
      readonly profileId: string;
      /** When the run should have begun. */
      readonly dueAt: string;
      /** The run before, where that was not over. */
      readonly jobId?: string;
    };

/** What people have to know of a job that ended; `undefined` where it went as planned, or somebody ended it. */
export function troubleOf(job: Job): Trouble | undefined {
  const { jobId, kind, profileId, outcome, endedAt, counts } = job;
  if (outcome === undefined || outcome === 'succeeded' || outcome === 'cancelled') return undefined;
  const of = profileId === undefined ? {} : { profileId };
  return { kind: 'job', jobKind: kind, outcome, jobId, ...of, counts, at: endedAt ?? job.startedAt };
}
