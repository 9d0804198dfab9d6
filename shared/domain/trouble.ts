import type { Job, JobOutcome } from './job.ts';
import type { RequestKind } from './requests/data-request.ts';

/** What did not go as planned, or is to be looked at, for the digest. Ids, codes and names only. Times are ISO 8601, UTC. */
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
    }
  | {
      /** A live mailbox was found to have mail that its archive does not have. */
      readonly kind: 'incomplete';
      readonly at: string;
      readonly profileId: string;
      /** The run that found it. */
      readonly jobId: string;
      readonly mailboxId: string;
      /** How many messages that were not known to be missing before. */
      readonly missing: number;
    }
  /** A legal hold that somebody is to look at: whether it is still needed. */
  | {
      readonly kind: 'review';
      readonly at: string;
      readonly holdId: string;
      readonly name: string;
      /** When its review was due. */
      readonly reviewAt: string;
    }
  /** A request that somebody waits for an answer to. */
  | {
      readonly kind: 'request';
      readonly at: string;
      readonly requestId: string;
      readonly requestKind: RequestKind;
      readonly name: string;
      /** Until when it has to be answered; it may be over. */
      readonly dueAt: string;
    };

/** The profile that it is about, if any. */
export function profileOf(trouble: Trouble): string | undefined {
  return trouble.kind === 'review' || trouble.kind === 'request' ? undefined : trouble.profileId;
}

/**
 * What people have to know of a job that ended; `undefined` where it went as planned, or somebody ended it, and for one
 * of several mailboxes: the job that started it tells of all.
 */
export function troubleOf(job: Job): Trouble | undefined {
  const { jobId, kind, profileId, outcome, endedAt, counts, parentJobId } = job;
  if (parentJobId !== undefined) return undefined;
  if (outcome === undefined || outcome === 'succeeded' || outcome === 'cancelled') return undefined;
  const of = profileId === undefined ? {} : { profileId };
  return { kind: 'job', jobKind: kind, outcome, jobId, ...of, counts, at: endedAt ?? job.startedAt };
}
