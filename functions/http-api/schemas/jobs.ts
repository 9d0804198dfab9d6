import { z } from 'zod';
import { id, time } from './fields.ts';

const STATES = ['queued', 'running', 'finished'] as const;
const OUTCOMES = ['succeeded', 'completedWithErrors', 'failed', 'cancelled', 'disconnected'] as const;
const count = z.number().int();

/** What `?status=` takes: a state or an outcome. */
export const jobStatus = z.enum([...STATES, ...OUTCOMES]);

export const JobSchema = z
  .object({
    jobId: z.string(),
    kind: z.string(),
    profileId: z.string().optional(),
    mailboxId: z.string().optional(),
    state: z.enum(STATES),
    outcome: z.enum(OUTCOMES).optional(),
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
    details: z.record(z.string(), z.number()).optional(),
  })
  .meta({ id: 'Job' });

/** What is verified: the audit trail. */
export const VerifySchema = z.strictObject({ audit: z.literal(true) }).meta({ id: 'Verify' });

/** Whose mail is indexed again; everybody's without a mailbox. */
export const ReindexSchema = z.strictObject({ mailboxId: id.optional() }).meta({ id: 'Reindex' });

export const JobLineSchema = z.object({ at: time, message: z.string() }).meta({ id: 'JobLine' });
