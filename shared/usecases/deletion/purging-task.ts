import type { Job } from '../../domain/job.ts';
import type { CertificateProgress } from './certificate-progress.ts';
import type { DeletionContext } from './purge-if-allowed.ts';

/** What purging jobs work with. */
export interface PurgingContext extends DeletionContext {
  /** What certificates call this archive. */
  readonly archive: string;
  /** How many messages a part of a certificate names; left out, as many as are read at ease. */
  readonly certificatePartMessages?: number;
}

/** Where the next slice of a purging job begins. JSON. */
export interface PurgingCheckpoint {
  /** What the job did so far, by name: for people. `undecided` are those of which nothing could be known. */
  readonly counts: { readonly undecided: number };
  /** The request that the job is about. */
  readonly requestId?: string;
  /** Somebody saw to it that the rest is not done. */
  readonly isStopped?: boolean;
  /** Something went wrong for good: what was done before is certified. */
  readonly hasFailed?: boolean;
  /** Once everything is done. */
  readonly certificate?: CertificateProgress;
}

/** What came of a slice. */
export interface Walked<Checkpoint> {
  readonly isDone: boolean;
  readonly checkpoint: Checkpoint;
}

/** What a kind of purging job does, beside its certificate and its end. All of it is safe to repeat, and beside others. */
export interface PurgingTask<Checkpoint extends PurgingCheckpoint> {
  /**
   * Does what there is to do, for as long as `mayGoOn` answers true; one that was cancelled does no more. `from` is
   * what the last slice left, if there was one. `reached` is told now and then where a slice could begin.
   */
  walk(
    context: PurgingContext,
    job: Job,
    from: Checkpoint | undefined,
    mayGoOn: () => boolean,
    reached: (checkpoint: Checkpoint) => Promise<void>,
  ): Promise<Walked<Checkpoint>>;
  /** Called once what was purged is certified, before the job counts as finished. */
  end?(context: PurgingContext, job: Job, checkpoint: Checkpoint): Promise<void>;
}
