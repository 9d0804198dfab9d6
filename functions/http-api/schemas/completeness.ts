import { z } from 'zod';
import { COMPLETENESS_KINDS } from '../../../shared/domain/completeness.ts';
import { AddressSchema, queryTime, time } from './fields.ts';

const count = z.number().int();

/** What a report is asked about. */
export const NewCompletenessReportSchema = z
  .strictObject({
    from: queryTime.optional().meta({ description: 'By time of receipt, inclusive; left out: from the beginning' }),
    to: queryTime.optional().meta({ description: 'Exclusive; left out: now' }),
  })
  .meta({ id: 'NewCompletenessReport' });

const counts = {
  live: count.meta({ description: 'In the live mailbox: archived and missing' }),
  archived: count.meta({ description: 'In the live mailbox and in the archive' }),
  missing: count.meta({ description: 'In the live mailbox alone' }),
  gone: count.meta({ description: 'Once in the live mailbox alone, and not there any more' }),
  journaled: count.meta({ description: 'In the archive, from journaling' }),
  absent: count.meta({ description: 'Of these, no longer in the live mailbox' }),
  notCompared: count.meta({ description: 'In the archive, received after the comparison that the report is of' }),
};

export const CompletenessReportSchema = z
  .object({
    jobId: z.string(),
    mailboxId: z.string(),
    from: time,
    to: time,
    state: z.enum(['queued', 'running', 'finished']),
    outcome: z.string().optional(),
    madeAt: time.optional(),
    asOf: time.optional().meta({ description: 'When the synchronisation began that the report is true as of' }),
    totals: z.object(counts).optional(),
    months: z.array(z.object({ month: z.string(), ...counts })).optional(),
    warnings: z
      .array(z.enum(['never_synchronised', 'last_run_had_errors', 'period_after_comparison', 'ambiguous_matches']))
      .optional(),
  })
  .meta({ id: 'CompletenessReport' });

export const completenessKind = z.enum(COMPLETENESS_KINDS);

export const CompletenessRowSchema = z
  .object({
    kind: completenessKind,
    receivedAt: time,
    date: time.optional(),
    from: AddressSchema,
    subject: z.string(),
    sizeBytes: count,
    folders: z.array(z.string()),
    account: z.string().optional(),
    firstSeenAt: time.optional(),
    goneAt: time.optional(),
    archiveId: z.string().optional(),
    basis: z.string().optional(),
  })
  .meta({ id: 'CompletenessRow' });

/** What the last runs of a profile on a mailbox came to. */
export const SyncStateSchema = z
  .object({
    profileId: z.string(),
    account: z.string(),
    mailboxId: z.string(),
    lastJobId: z.string(),
    lastRunAt: time,
    outcome: z.string(),
    comparedAt: time.optional(),
    missing: count,
    gone: count,
    ambiguous: count,
  })
  .meta({ id: 'SyncState' });
