import { z } from 'zod';
import { pageQuery } from '../list-route.ts';
import { AddressSchema, queryTime, text, time } from './fields.ts';
import { jobOutcome, jobState } from './jobs.ts';
import { SCOPE_DESCRIPTION, ScopeSchema, WRITTEN_SCOPE } from './message-scope.ts';

const MAX_NAME = 200;
const MAX_REASON = 1_000;
const count = z.number().int();

const requestState = z.enum(['finding', 'found', 'running', 'open', 'closed']);
const messageState = z.enum(['waiting', 'purged', 'removed', 'kept', 'gone', 'blocked', 'exported']);
const action = z.enum(['purge', 'remove', 'keep']).meta({
  description:
    'purge: the message goes altogether; remove: from the mailboxes where it was found, and altogether once nobody has it; keep: nothing becomes of it',
});

const about = { name: text(MAX_NAME), reason: text(MAX_REASON) };
const reference = text(MAX_NAME).meta({ description: 'As you file it' });
const dueAt = queryTime.meta({ description: 'Until when it has to be answered' });

const NewScopeSchema = z
  .strictObject(WRITTEN_SCOPE)
  .meta({ id: 'NewRequestScope', description: `${SCOPE_DESCRIPTION}. Something has to be named` });

/** Erasure and access requests. */
export const NewRequestSchema = z
  .strictObject({ ...about, reference: reference.optional(), scope: NewScopeSchema, dueAt: dueAt.optional() })
  .meta({ id: 'NewDataRequest' });

export const NewBulkDeletionSchema = z
  .strictObject({
    ...about,
    reference: reference.optional(),
    scope: NewScopeSchema,
    action: z.enum(['purge', 'remove']).optional().meta({
      description: 'What becomes of what is found; administrators: purge if left out. Others: remove, and nothing else',
    }),
    dueAt: dueAt.optional(),
  })
  .meta({ id: 'NewBulkDeletion' });

export const RequestChangeSchema = z
  .strictObject({
    name: text(MAX_NAME).optional(),
    reference: reference.nullable().optional(),
    dueAt: dueAt.nullable().optional(),
  })
  .meta({ id: 'DataRequestChange' });

export const DataRequestSchema = z
  .object({
    requestId: z.string(),
    kind: z.enum(['erasure', 'access', 'bulk-deletion']),
    name: z.string(),
    reference: z.string().optional(),
    reason: z.string(),
    scope: ScopeSchema,
    action: action.meta({ description: 'What becomes of messages that nobody chose otherwise for' }),
    state: requestState.meta({
      description:
        'finding: a job looks for its messages; found: look at them, then approve or close it; running: approved, a job deletes or exports; ' +
        'open: all was done that may be done yet; closed: nothing becomes of it any more',
    }),
    ownedBy: z.string().optional().meta({ description: 'Id of the user whose own it is' }),
    createdAt: time,
    createdBy: z.string(),
    dueAt: time.optional(),
    found: z
      .object({
        foundAt: time,
        messages: count,
        bytes: count,
        free: count.meta({ description: 'Nothing keeps them' }),
        legalHold: count,
        underRetention: count,
        objectLocked: count,
        undecided: count,
        quarantined: count.optional().meta({
          description: 'Inputs in quarantine that may concern the person; of erasure and access requests',
        }),
      })
      .optional()
      .meta({ description: 'What it found, and what kept it then; messages, but for bytes and quarantined' }),
    quarantineLeft: z.boolean().optional().meta({
      description:
        'Whether any of that is in quarantine yet, which nothing but DELETE /quarantine/{id} deletes; where one request is asked for',
    }),
    approvedAt: time.optional(),
    approvedBy: z.array(z.string()).optional(),
    results: z
      .object({
        purged: count,
        bytesLocked: count.optional().meta({
          description:
            'Of what was purged or is gone, what storage has bytes of yet: they go once their locks have ended',
        }),
        removed: count,
        kept: count,
        blocked: count,
        gone: count,
      })
      .optional()
      .meta({ description: 'What became of its messages so far' }),
    jobIds: z.array(z.string()),
    lastJob: z
      .object({ jobId: z.string(), kind: z.string(), state: jobState, outcome: jobOutcome.optional() })
      .optional()
      .meta({ description: 'The newest of its jobs; where one request is asked for' }),
    closedAt: time.optional(),
    closedBy: z.string().optional(),
    closeReason: z.string().optional(),
  })
  .meta({ id: 'DataRequest' });

export const RequestQuerySchema = pageQuery({ state: requestState.optional() });

export const RequestedQuerySchema = pageQuery({ state: messageState.optional(), action: action.optional() });

const policy = z.object({ policyId: z.string(), version: count, name: z.string().optional() });

export const RequestedMessageSchema = z
  .object({
    archiveId: z.string(),
    date: time.optional(),
    from: AddressSchema.optional(),
    to: z.array(AddressSchema).optional(),
    subject: z.string().optional(),
    mailboxIds: z.array(z.string()).meta({ description: 'Where it was found' }),
    action,
    state: messageState,
    block: z
      .object({
        reason: z.enum(['legal_hold', 'under_retention', 'object_locked', 'undecided']),
        until: time.optional(),
        policies: z.array(policy).optional(),
        holdIds: z.array(z.string()).optional().meta({ description: 'For administrators' }),
      })
      .optional()
      .meta({ description: 'What keeps it, as it was when it was last decided on' }),
    bytesLocked: z.object({ until: time.optional() }).optional().meta({
      description:
        'Of one that was purged or is gone, while storage has bytes of it yet: until when, where that is known',
    }),
    foundAt: time,
    decidedAt: time,
    sizeBytes: count,
    chosen: z.object({ by: z.string(), at: time, reason: z.string() }).optional().meta({
      description: "Where somebody chose another action than the request's",
    }),
  })
  .meta({
    id: 'RequestedMessage',
    description: 'Date, from, to and subject are there while the message is, and the caller may see it',
  });

export const ChoiceSchema = z.strictObject({ action, reason: text(MAX_REASON) }).meta({ id: 'RequestChoice' });

export const ClosureSchema = z.strictObject({ reason: text(MAX_REASON) }).meta({ id: 'RequestClosure' });

export const RequestExportSchema = z
  .object({
    jobId: z.string(),
    madeAt: time,
    expiresAt: time,
    counts: z
      .object({ exported: count, withheld: count, gone: count, damaged: count })
      .meta({ description: 'Messages: in a part; kept back; deleted since they were found; that could not be read' }),
    parts: z.array(z.object({ part: count, messages: count, sizeBytes: count })),
    deletedParts: z.array(count).meta({
      description: 'Parts that went because a message in them was deleted: export again for the rest of them',
    }),
  })
  .meta({ id: 'RequestExport' });
