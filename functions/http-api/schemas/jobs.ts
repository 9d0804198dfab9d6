import { z } from 'zod';
import { id, time } from './fields.ts';

const STATES = ['queued', 'running', 'finished'] as const;
const OUTCOMES = ['succeeded', 'completedWithErrors', 'failed', 'cancelled', 'disconnected'] as const;
const count = z.number().int();

export const jobState = z.enum(STATES);
export const jobOutcome = z.enum(OUTCOMES);

const status = z.enum([...STATES, ...OUTCOMES]);

/** What `?status=` takes: a state or an outcome; behind an exclamation mark, all that have another. */
export const jobStatus = z.templateLiteral([z.enum(['', '!']), status]).transform((text) => ({
  status: status.parse(text.replace('!', '')),
  ...(text.startsWith('!') ? { isStatusNegated: true } : {}),
}));

export const JobSchema = z
  .object({
    jobId: z.string(),
    kind: z.string(),
    profileId: z.string().optional(),
    account: z.string().optional(),
    mailboxId: z.string().optional(),
    parentJobId: z.string().optional(),
    archivesMissing: z.literal(true).optional(),
    state: jobState,
    outcome: jobOutcome.optional(),
    startedAt: time,
    endedAt: time.optional(),
    counts: z.object({
      seen: count,
      archived: count,
      rendition: count,
      duplicate: count,
      quarantined: count,
      excluded: count,
      bytes: count,
    }),
    progress: z
      .object({
        folders: count.optional(),
        foldersDone: count.optional(),
        messages: count.optional(),
        messagesDone: count.optional(),
        messagesPerSecond: z.number(),
        estimatedEndAt: time.optional(),
      })
      .optional()
      .meta({
        description:
          'The end is estimated as if all messages took the same time, or all folders where the source does not count',
      }),
    details: z.record(z.string(), z.number()).optional(),
  })
  .meta({ id: 'Job' });

/** What is verified: the audit trail. */
export const VerifySchema = z.strictObject({ audit: z.literal(true) }).meta({ id: 'Verify' });

/** Whose mail is indexed again; everybody's without a mailbox. */
export const ReindexSchema = z.strictObject({ mailboxId: id.optional() }).meta({ id: 'Reindex' });

export const JobLineSchema = z.object({ at: time, message: z.string() }).meta({ id: 'JobLine' });
