import type { Address } from './address.ts';
import type { FilingBasis } from './arrival.ts';
import type { JobOutcome } from './job.ts';

/**
 * What a completeness report lists. `missing`: mail of the live mailbox that the archive does not have; `gone`: such mail
 * that is not in the live mailbox any more either; `absent`: journaled mail that the live mailbox does not have any more.
 */
export const COMPLETENESS_KINDS = ['missing', 'gone', 'absent'] as const;
export type CompletenessKind = (typeof COMPLETENESS_KINDS)[number];

/** One message of a report. Times are ISO 8601, UTC. */
export type CompletenessRow = (
  | {
      readonly kind: 'missing' | 'gone';
      /** The mailbox at the source that it was found in. */
      readonly account: string;
      readonly firstSeenAt: string;
      /** Since when it is not in the live mailbox any more. */
      readonly goneAt?: string;
    }
  | { readonly kind: 'absent'; readonly archiveId: string; readonly basis: FilingBasis }
) & {
  readonly receivedAt: string;
  /** The Date field, where it can be read. */
  readonly date?: string;
  readonly from: Address;
  readonly subject: string;
  readonly sizeBytes: number;
  /** Of the live mailbox that it lies or lay in; of the archive mailbox where it is `absent`. */
  readonly folders: readonly string[];
};

/** Messages, each counted once. */
export interface CompletenessCounts {
  /** In the live mailbox and in the archive. */
  readonly archived: number;
  /** In the live mailbox alone. */
  readonly missing: number;
  /** Once in the live mailbox alone. */
  readonly gone: number;
  /** In the archive, from journaling. */
  readonly journaled: number;
  /** Of these, no longer in the live mailbox. */
  readonly absent: number;
  /** In the archive, received after the comparison that the report is of: nothing is known of them. */
  readonly notCompared: number;
}

/** The counts of a calendar month (UTC), `2026-01`. */
type CompletenessMonth = CompletenessCounts & { readonly month: string };

/** What somebody must know who relies on a report. */
export type CompletenessWarning =
  /** No folder-sync profile has ever compared this mailbox to its end. */
  | 'never_synchronised'
  /** The last comparison could not see everything. */
  | 'last_run_had_errors'
  /** The period ends after the comparison began. */
  | 'period_after_comparison'
  /** Messages that could be one of several in the archive are neither archived nor missing. */
  | 'ambiguous_matches';

/** Totals of a report, and what they are true of. Times are ISO 8601, UTC. */
export interface CompletenessReport {
  readonly mailboxId: string;
  /** `from` inclusive, `to` exclusive. */
  readonly from: string;
  readonly to: string;
  readonly madeAt: string;
  /** When the comparison began that it is true as of; absent where there was none. */
  readonly asOf?: string;
  readonly totals: CompletenessCounts;
  readonly months: readonly CompletenessMonth[];
  readonly warnings: readonly CompletenessWarning[];
}

/** What the last runs of a folder-sync profile on a mailbox came to. Times are ISO 8601, UTC. */
export interface SyncState {
  readonly profileId: string;
  /** The mailbox at the source. */
  readonly account: string;
  readonly mailboxId: string;
  /** The last run that ended. */
  readonly last: { readonly jobId: string; readonly startedAt: string; readonly outcome: JobOutcome };
  /** When the last run began that compared all there was. */
  readonly comparedAt?: string;
  /**
   * After that run: messages that the archive does not have, those of which the live mailbox has none either, and those
   * that may be one of several.
   */
  readonly missing: number;
  readonly gone: number;
  readonly ambiguous: number;
}

export const NO_COMPLETENESS: CompletenessCounts = {
  archived: 0,
  missing: 0,
  gone: 0,
  journaled: 0,
  absent: 0,
  notCompared: 0,
};

/** The sum of counts, by the name of each. */
export function addCounts(total: CompletenessCounts, more: Partial<CompletenessCounts>): CompletenessCounts {
  return {
    archived: total.archived + (more.archived ?? 0),
    missing: total.missing + (more.missing ?? 0),
    gone: total.gone + (more.gone ?? 0),
    journaled: total.journaled + (more.journaled ?? 0),
    absent: total.absent + (more.absent ?? 0),
    notCompared: total.notCompared + (more.notCompared ?? 0),
  };
}
