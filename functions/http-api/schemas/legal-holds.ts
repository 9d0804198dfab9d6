import { z } from 'zod';
import { pageQuery } from '../list-route.ts';
import { queryTime, text, time } from './fields.ts';
import { SCOPE_DESCRIPTION, ScopeSchema, WRITTEN_SCOPE } from './message-scope.ts';
import { ListedMessageSchema } from './messages.ts';

const STATES = ['active', 'released'] as const;
const MAX_NAME = 200;
const MAX_REASON = 1_000;

const NewScopeSchema = z
  .strictObject({ everything: z.literal(true).optional(), ...WRITTEN_SCOPE })
  .meta({ id: 'NewHoldScope', description: `${SCOPE_DESCRIPTION}. Or everything` });

export const NewLegalHoldSchema = z
  .strictObject({
    name: text(MAX_NAME),
    matter: text(MAX_NAME),
    reason: text(MAX_REASON),
    scope: NewScopeSchema,
    reviewAt: queryTime.optional().meta({ description: 'From then on the digest reminds of it' }),
  })
  .meta({ id: 'NewLegalHold' });

export const LegalHoldChangeSchema = z
  .strictObject({
    name: text(MAX_NAME).optional(),
    matter: text(MAX_NAME).optional(),
    reason: text(MAX_REASON).optional(),
    reviewAt: queryTime.nullable().optional(),
  })
  .meta({ id: 'LegalHoldChange' });

export const ReleaseSchema = z.strictObject({ reason: text(MAX_REASON) }).meta({ id: 'LegalHoldRelease' });

export const LegalHoldSchema = z
  .object({
    holdId: z.string(),
    name: z.string(),
    matter: z.string(),
    reason: z.string(),
    scope: ScopeSchema,
    state: z.enum(STATES),
    createdAt: time,
    createdBy: z.string(),
    reviewAt: time.optional(),
    releasedAt: time.optional(),
    releasedBy: z.string().optional(),
    releaseApprovedBy: z.string().optional(),
    releaseReason: z.string().optional(),
  })
  .meta({ id: 'LegalHold' });

export const ReleasedHoldSchema = LegalHoldSchema.extend({
  jobId: z.string().meta({ description: 'The job that lifts what locks storage has for its sake' }),
}).meta({ id: 'ReleasedLegalHold' });

export const LegalHoldQuerySchema = pageQuery({ state: z.enum(STATES).optional() });

export const HeldMessagesSchema = z
  .object({
    items: z.array(ListedMessageSchema.extend({ mailboxId: z.string() })),
    cursor: z.string().optional(),
    total: z.number().int().optional().meta({ description: 'Messages, of the first page only' }),
    totalIsExact: z.boolean().optional(),
    quarantined: z.number().int().optional().meta({ description: 'Inputs in quarantine' }),
  })
  .meta({ id: 'HeldMessages' });
