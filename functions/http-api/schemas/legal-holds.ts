import { z } from 'zod';
import { MAX_CUSTODIANS } from '../../../shared/domain/message-scope.ts';
import { pageQuery } from '../list-route.ts';
import { address, id, queryTime, text, time } from './fields.ts';
import { ListedMessageSchema } from './messages.ts';

const STATES = ['active', 'released'] as const;
const MAX_NAME = 200;
const MAX_REASON = 1_000;

const NewScopeSchema = z
  .strictObject({
    everything: z.literal(true).optional(),
    mailboxes: z.array(id).min(1).max(MAX_CUSTODIANS).optional(),
    addresses: z.array(address).min(1).max(MAX_CUSTODIANS).optional(),
    from: queryTime.optional(),
    to: queryTime.optional(),
    query: z.string().optional(),
  })
  .meta({
    id: 'NewHoldScope',
    description:
      'All that is given must match: lying in one of the mailboxes or being from or to one of the addresses; ' +
      'the period of receipt, of which to is exclusive; the search. Or everything',
  });

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
    scope: z.object({
      everything: z.literal(true).optional(),
      mailboxes: z.array(z.string()).optional(),
      addresses: z.array(z.string()).optional(),
      from: time.optional(),
      to: time.optional(),
      query: z.string().optional(),
    }),
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
