import { z } from 'zod';
import { MAX_KEEP_YEARS } from '../../../shared/domain/retention/keep-time.ts';
import { MAX_CONDITION_VALUES, MAX_PRIORITY } from '../../../shared/domain/retention/policy-rules.ts';
import { address, id, text, time } from './fields.ts';

const name = text(200);
const whole = z.number().int().min(0);
const endOfCalendarYear = z.literal(true).optional();
const count = z.number().int();

const keepTime = z
  .union(
    [
      z.strictObject({ days: whole, endOfCalendarYear }),
      z.strictObject({ months: whole, endOfCalendarYear }),
      z.strictObject({ years: whole, endOfCalendarYear }),
    ],
    'must be {days}, {months} or {years}: a whole number from 0',
  )
  .meta({
    id: 'KeepTime',
    description:
      `At most ${MAX_KEEP_YEARS} years; over at the end of its last day, UTC, and 0 at once. With endOfCalendarYear, over at the ` +
      'end of the year in which that day lies',
  });

function list<Value extends z.ZodType>(value: Value) {
  return z.array(value).min(1).max(MAX_CONDITION_VALUES).optional();
}

/** What lengthens needs one place of a message, what shortens all. */
const EVERYBODY = 'of all personal mailboxes that it lies in (of one only, it lengthens and never shortens)';

const conditions = z
  .strictObject({
    endpoints: list(id),
    mailboxes: list(id).meta({ description: `That it lies in; for a maximum, ${EVERYBODY}` }),
    groups: list(id).meta({
      description: `Names of groups that the owner of a mailbox is in, however deep; for a maximum, ${EVERYBODY}`,
    }),
    directions: list(z.enum(['incoming', 'outgoing', 'internal'])).meta({ description: 'By the own domains' }),
    senders: list(address),
    recipients: list(address),
    domains: list(text(300)).meta({ description: 'Of senders or recipients' }),
    sources: list(z.enum(['journal', 'fetch'])),
    largerThanBytes: whole.optional(),
    smallerThanBytes: whole.optional(),
    folders: list(text(600)).meta({
      description: `Patterns; * is anything, ? one character; ${EVERYBODY}; not with a minimum`,
    }),
    query: z
      .string()
      .max(100_000)
      .optional()
      .meta({ description: `A search, ${EVERYBODY}; not with a minimum` }),
  })
  .meta({
    id: 'RetentionConditions',
    description: 'All that are given have to match, each by any of its entries; without any, all mail does',
  });

const terms = {
  name,
  priority: z.number().int().min(-MAX_PRIORITY).max(MAX_PRIORITY),
  conditions,
  countedFrom: z.enum(['archived', 'received']),
};

export const NewPolicySchema = z
  .strictObject({
    name,
    priority: terms.priority.default(0),
    isDefault: z.literal(true).optional(),
    conditions: conditions.default({}),
    minimum: keepTime.optional(),
    maximum: keepTime.optional(),
    countedFrom: terms.countedFrom.default('archived'),
  })
  .meta({ id: 'NewRetentionPolicy' });

export const PolicyChangeSchema = z
  .strictObject({
    name: name.optional(),
    priority: terms.priority.optional(),
    conditions: conditions.optional(),
    minimum: keepTime.nullable().optional(),
    maximum: keepTime.nullable().optional(),
    countedFrom: terms.countedFrom.optional(),
  })
  .meta({ id: 'RetentionPolicyChange' });

export const PolicySchema = z
  .object({
    policyId: z.string(),
    version: count,
    ...terms,
    isDefault: z.literal(true).optional(),
    minimum: keepTime.optional(),
    maximum: keepTime.optional(),
    createdAt: time,
    changedAt: time,
    changedBy: z.string().optional().meta({ description: 'Who made this version; older ones do not say' }),
    approvedBy: z.string().optional().meta({ description: 'Who agreed, where that took two' }),
    retiredAt: time.optional().meta({ description: 'Since when it applies to nothing any more' }),
  })
  .meta({ id: 'RetentionPolicy' });

const namedPolicy = z.object({ policyId: z.string(), version: count, name: z.string() });

export const WhyKeptSchema = z
  .object({
    archiveId: z.string(),
    state: z
      .enum(['under_minimum', 'kept', 'expired'])
      .meta({ description: 'expired: past its maximum; a legal hold keeps it all the same' }),
    archivedAt: time,
    receivedAt: time.optional(),
    minimumUntil: time.optional(),
    minimumBy: namedPolicy.optional().meta({
      description: 'Whose minimum that is; absent where storage has locked it for longer than any policy asks',
    }),
    lockedUntil: time.optional().meta({
      description: 'Until when storage keeps it, whatever policies say; absent where it does not, or not any more',
    }),
    maximumAt: time.optional(),
    maximumBy: namedPolicy.optional(),
    undecided: z
      .array(namedPolicy)
      .meta({ description: 'Policies whose search could not be made: they let nothing go' }),
    isHeld: z.boolean(),
    holds: z
      .array(z.object({ holdId: z.string(), name: z.string(), matter: z.string() }))
      .optional()
      .meta({ description: 'For administrators and auditors' }),
  })
  .meta({ id: 'WhyKept' });

/** How many policies a preview takes: they are kept beside its result. */
const MAX_PREVIEWED = 1_000;

export const PreviewRequestSchema = z
  .strictObject({
    policies: z
      .array(NewPolicySchema.extend({ policyId: id.optional() }))
      .max(MAX_PREVIEWED)
      .optional()
      .meta({ description: 'All policies that there would be; left out, those that there are' }),
    changes: z
      .array(PolicyChangeSchema.extend({ policyId: id }))
      .max(MAX_PREVIEWED)
      .optional()
      .meta({ description: 'Instead of policies: what would be changed of some that there are' }),
    add: z.array(NewPolicySchema).max(MAX_PREVIEWED).optional().meta({ description: 'Beside those that there are' }),
    without: z.array(id).max(MAX_PREVIEWED).optional().meta({ description: 'Those that would be retired' }),
  })
  .meta({ id: 'RetentionPreviewRequest' });

const volume = z.object({ messages: count, bytes: count });

export const PreviewSchema = z
  .object({
    jobId: z.string(),
    isDone: z.boolean(),
    isCancelled: z.literal(true).optional().meta({ description: 'Somebody ended it: what stands here is all' }),
    asOf: time,
    seen: count.meta({ description: 'Messages looked at so far: those that may be due' }),
    today: volume,
    months: z
      .array(z.object({ until: time, ...volume.shape }))
      .meta({ description: 'What falls due in each of the next 12' }),
    held: volume.meta({ description: 'Due in all this time, but under a legal hold now; not in the other numbers' }),
    undecided: volume.meta({ description: 'Of which nobody could say; not in the other numbers' }),
    policies: z.array(z.object({ policyId: z.string(), name: z.string(), ...volume.shape })),
    examples: z.array(
      z.object({
        archiveId: z.string(),
        archivedAt: time,
        receivedAt: time.optional(),
        sizeBytes: count,
        dueAt: time,
        policyId: z.string(),
        policyName: z.string(),
        isHeld: z.literal(true).optional(),
      }),
    ),
  })
  .meta({ id: 'RetentionPreview' });
