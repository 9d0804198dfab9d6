import { z } from 'zod';
import { time } from './fields.ts';
import { PolicySchema } from './retention.ts';

const count = z.number().int();

export const RemovalSchema = z.object({ archiveId: z.string(), mailboxId: z.string() }).meta({ id: 'Removal' });

export const DeletionSettingsSchema = z
  .strictObject({
    allowed: z.boolean().meta({ description: 'Whether people may delete mail; retention goes on either way' }),
  })
  .meta({ id: 'DeletionSettings' });

export const CertificateKeySchema = z
  .object({ algorithm: z.literal('Ed25519'), publicKey: z.string().meta({ description: 'SPKI, DER, base64' }) })
  .meta({ id: 'CertificateKey' });

const cause = z.enum(['retention', 'erasure', 'bulk-deletion']).meta({ description: 'The kind of the job' });

export const ListedCertificateSchema = z
  .object({
    jobId: z.string(),
    cause,
    requestId: z.string().optional().meta({ description: 'The approved request that the job was for' }),
    startedAt: time,
    certifiedAt: time,
    parts: count,
    messages: count,
    bytes: count,
    bytesLocked: count.meta({ description: 'Of these messages, those of which storage kept bytes for longer' }),
  })
  .meta({ id: 'ListedCertificate' });

const CertifiedMessageSchema = z
  .object({
    archiveId: z.string(),
    purgedAt: time,
    archivedAt: time,
    receivedAt: time,
    policyId: z.string().optional(),
    policyVersion: count.optional(),
    arrivals: z.array(z.object({ arrivalId: z.string(), outcome: z.enum(['archived', 'rendition', 'duplicate']) })),
    renditions: z
      .array(z.object({ hash: z.string(), sizeBytes: count }))
      .meta({ description: 'The distinct byte strings there were of it, each by a keyed hash (HMAC-SHA-256)' }),
    lockedObjects: count.optional().meta({
      description:
        'Objects, as a rule large attachments, that storage had locked for longer than the message; they are deleted once that has ended',
    }),
    lockedUntil: time.optional().meta({ description: 'When the last of these locks was to end, where that was known' }),
  })
  .meta({ id: 'CertifiedMessage' });

export const CertificateSchema = z
  .object({
    certificate: z
      .array(
        z.object({
          payload: z
            .object({
              kind: z.literal('letterlock-deletion-certificate'),
              format: z.literal(1),
              jobId: z.string(),
              cause,
              requestId: z.string().optional().meta({ description: 'The approved request that the job was for' }),
              archive: z.string().meta({ description: "The domain of the archive's journal endpoints" }),
              startedAt: time,
              until: time.meta({ description: 'When the last message of the part was purged' }),
              part: count.meta({ description: 'From 1' }),
              parts: count,
              previous: z.string().optional().meta({
                description: 'SHA-256 of the signature of the part before, as it stands there; lowercase hex',
              }),
              totals: z.object({ messages: count, bytes: count }).meta({ description: 'Of all parts' }),
              policies: z.array(PolicySchema).meta({ description: 'As they were when they decided' }),
              messages: z.array(CertifiedMessageSchema),
            })
            .meta({ id: 'CertificatePayload' }),
          publicKey: z.string().meta({ description: 'SPKI, DER, base64' }),
          signature: z.string().meta({
            description:
              'Ed25519 (RFC 8032), base64, over the payload as JSON without white space, its fields in the order in which they stand',
          }),
        }),
      )
      .meta({ description: 'Its parts, in their order' }),
  })
  .meta({ id: 'DeletionCertificate' });

export const WhyGoneSchema = z
  .object({
    archiveId: z.string(),
    state: z.literal('purged'),
    archivedAt: time,
    receivedAt: time,
    purgedAt: time,
    cause: z
      .enum(['retention', 'erasure', 'bulk-deletion', 'person'])
      .optional()
      .meta({ description: 'Who or what asked for it' }),
    policy: z
      .object({ policyId: z.string(), version: count, name: z.string() })
      .optional()
      .meta({ description: 'Whose maximum it was past' }),
    jobId: z.string().optional(),
    requestId: z.string().optional(),
    bytesLocked: z
      .object({ objects: count, until: time.optional(), goneAt: time.optional() })
      .optional()
      .meta({ description: 'What storage kept of it for longer, until when, and since when that is gone' }),
  })
  .meta({ id: 'WhyGone', description: 'Of a message that was purged; for administrators and auditors' });
