import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_CATEGORIES } from '../../../shared/domain/audit-event.ts';
import { time } from './fields.ts';

export const auditCategory = z.enum(AUDIT_CATEGORIES);

const state = z.record(z.string(), z.unknown());

export const AuditEventSchema = z
  .object({
    eventId: z.string(),
    at: time,
    actor: z.object({
      userName: z.string().optional(),
      userId: z.string().optional(),
      apiKeyId: z.string().optional(),
      system: z.string().optional(),
      auditor: z.literal(true).optional(),
    }),
    source: z.string(),
    action: z.enum(AUDIT_ACTIONS),
    object: z.object({ kind: z.string(), id: z.string() }).optional(),
    outcome: z.enum(['done', 'denied', 'failed']),
    code: z.string().optional(),
    before: state.optional(),
    after: state.optional(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  })
  .meta({ id: 'AuditEvent' });

export const AuditSettingsSchema = z
  .strictObject({
    off: z.array(auditCategory).meta({
      description:
        'Categories that are not recorded. Changes of the compliance rules and of this, deletions and what auditors do always are.',
    }),
  })
  .meta({ id: 'AuditSettings' });
