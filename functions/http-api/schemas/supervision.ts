import { z } from 'zod';
import { APPROVAL_STATES, SENSITIVE_ACTIONS } from '../../../shared/domain/approval.ts';
import { id, queryTime, time } from './fields.ts';

const action = z.enum(SENSITIVE_ACTIONS);
/** How many mailboxes a scope names: keeps the auditor's item small and its authorisation quick. */
const MAX_SCOPE_MAILBOXES = 500;

/** What a 202 answers that waits for a second administrator. */
export const ApprovalReferenceSchema = z.object({ approvalId: z.string() }).meta({ id: 'ApprovalReference' });

export const approvalState = z.enum(APPROVAL_STATES);

const approval = {
  approvalId: z.string(),
  action,
  request: z
    .object({ method: z.string(), path: z.string(), params: z.record(z.string(), z.string()), body: z.unknown() })
    .meta({ description: 'What is executed once it is approved; secrets are hidden here' }),
  requestedBy: z.string(),
  requestedAt: time,
  expiresAt: time,
  state: approvalState,
  decidedBy: z.string().optional(),
  decidedAt: time.optional(),
  failure: z.string().optional().meta({ description: 'Code of the error that the execution failed with' }),
  subject: z
    .object({ name: z.string().optional(), before: z.record(z.string(), z.unknown()).optional() })
    .optional()
    .meta({
      description:
        'Of one that is asked for alone and waits: what the hold, policy, request or mailbox is called, and how what it would change is now',
    }),
};

export const ApprovalSchema = z.object(approval).meta({ id: 'Approval' });

export const ApprovedSchema = z
  .object({
    ...approval,
    result: z.unknown().optional().meta({ description: 'What the request answered, once: what it shows is not kept' }),
  })
  .meta({ id: 'Approved' });

const scope = {
  mailboxIds: z.array(id).min(1).max(MAX_SCOPE_MAILBOXES).optional(),
  from: queryTime.optional(),
  to: queryTime.optional(),
};

export const NewAuditorSchema = z
  .strictObject({
    scope: z
      .strictObject(scope)
      .optional()
      .meta({ description: 'Left out, everything. The period is that of receipt; to is exclusive' }),
    expiresAt: queryTime,
    mayExport: z.boolean().optional(),
  })
  .meta({ id: 'NewAuditor' });

const auditor = {
  userName: z.string(),
  scope: z.object({ mailboxIds: z.array(z.string()).optional(), from: time.optional(), to: time.optional() }),
  expiresAt: time,
  expired: z.boolean(),
  mayExport: z.boolean(),
  createdAt: time,
  createdBy: z.string(),
};

export const AuditorSchema = z.object(auditor).meta({ id: 'Auditor' });

export const CreatedAuditorSchema = z
  .object({ ...auditor, password: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'CreatedAuditor' });

export const PrivateMailSchema = z
  .union([z.strictObject({ archiveId: id }), z.strictObject({ mailboxId: id })], 'must be {archiveId} or {mailboxId}')
  .meta({ id: 'PrivateMail' });

export const ShownPrivateMailSchema = z
  .object({ userName: z.string(), archiveId: z.string().optional(), mailboxId: z.string().optional() })
  .meta({ id: 'ShownPrivateMail' });

export const PrivateMarkSchema = z
  .object({ archiveId: z.string(), mailboxId: z.string(), private: z.literal(true) })
  .meta({ id: 'PrivateMark' });

export const NoticeSchema = z
  .object({
    noticeId: z.string(),
    action,
    at: time,
    by: z.string(),
    approvedBy: z.string().optional(),
    mailboxId: z.string().optional(),
    archiveId: z.string().optional(),
    address: z.string().optional(),
    auditor: z.string().optional(),
    readAt: time.optional(),
  })
  .meta({ id: 'Notice' });
