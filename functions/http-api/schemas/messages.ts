import { z } from 'zod';
import { AddressSchema, time } from './fields.ts';

const summary = {
  archiveId: z.string(),
  date: time,
  receivedAt: time,
  from: AddressSchema,
  to: z.array(AddressSchema),
  subject: z.string(),
  sizeBytes: z.number().int(),
  hasAttachments: z.boolean(),
};
const hash = z.string().meta({ description: 'SHA-256, lowercase hex' });

export const ListedMessageSchema = z.object({ ...summary, folder: z.string() }).meta({ id: 'ListedMessage' });

export const FolderSchema = z
  .object({ folder: z.string(), messages: z.number().int().optional() })
  .meta({ id: 'Folder' });

const filings = z.array(
  z.object({
    mailboxId: z.string(),
    folder: z.string(),
    basis: z.string(),
    private: z.boolean().optional().meta({ description: 'Marked private by the owner of the mailbox' }),
  }),
);

export const MessageSchema = z
  .object({
    archiveId: z.string(),
    messageId: z.string(),
    contentHash: hash,
    sizeBytes: z.number().int(),
    archivedAt: time,
    receivedAt: time,
    date: time,
    from: z.array(AddressSchema),
    to: z.array(AddressSchema),
    cc: z.array(AddressSchema),
    bcc: z.array(AddressSchema).optional(),
    subject: z.string(),
    text: z.string(),
    html: z.string().optional(),
    truncated: z.boolean().optional(),
    unreadable: z.boolean().optional(),
    attachments: z.array(
      z.object({
        index: z.number().int(),
        filename: z.string(),
        contentType: z.string(),
        sizeBytes: z.number().int(),
      }),
    ),
    filings,
    journal: z
      .object({
        sender: z.string(),
        onBehalfOf: z.string().optional(),
        recipients: z.array(
          z.object({
            address: z.string(),
            kind: z.enum(['to', 'cc', 'bcc', 'recipient']),
            expanded: z.string().optional(),
            forwarded: z.string().optional(),
          }),
        ),
      })
      .loose()
      .optional()
      .meta({ description: 'What the journal reports around its arrivals say' }),
    renditions: z.array(z.object({ contentHash: hash, sizeBytes: z.number().int(), receivedAt: time })),
    versions: z.array(z.object({ archiveId: z.string(), relation: z.enum(['bcc', 'rendering', 'content']) })),
  })
  .meta({ id: 'Message' });

export const BlockedMessageSchema = z
  .object({ ...summary, archivedAt: time, messageId: z.string().optional(), contentBlocked: z.literal(true), filings })
  .meta({
    id: 'BlockedMessage',
    description:
      'What an administrator without a read grant sees while blockPreview is on, and an auditor of private mail',
  });

const SignatureSchema = z
  .object({
    kind: z.enum(['dkim', 'arc']),
    domain: z.string(),
    selector: z.string(),
    result: z
      .enum(['pass', 'fail', 'neutral', 'policy', 'permerror', 'temperror', 'unknown'])
      .meta({ description: 'RFC 8601, 2.7.1; of the whole chain for arc; unknown: DNS could not be asked' }),
    key: z.string().optional().meta({ description: 'The key record, as it was in DNS' }),
    verifiedAt: time,
  })
  .meta({ id: 'Signature' });

export const ArrivalSchema = z
  .object({
    arrivalId: z.string(),
    receivedAt: time,
    source: z.object({ kind: z.string() }).loose(),
    outcome: z.enum(['archived', 'rendition', 'duplicate', 'quarantined', 'excluded']),
    reason: z.string().optional(),
    archiveId: z.string().optional(),
    contentHash: hash,
    sizeBytes: z.number().int(),
    envelope: z.object({
      mailFrom: z.string(),
      rcptTo: z.array(z.string()),
      remoteAddress: z.string().optional(),
      helloName: z.string().optional(),
      tlsNames: z.array(z.string()).optional(),
    }),
    recipientCount: z.number().int().optional(),
    signatures: z.array(SignatureSchema).optional().meta({
      description: 'What the signatures of the original were found to be soon after it arrived; left out until then',
    }),
  })
  .meta({ id: 'Arrival' });

export const QuarantinedSchema = z
  .object({
    id: z.string(),
    reason: z.string(),
    receivedAt: time,
    sizeBytes: z.number().int(),
    source: z.object({ kind: z.string() }).loose(),
  })
  .meta({ id: 'Quarantined' });

export const QuarantineDeletionSchema = z.object({ id: z.string() }).meta({ id: 'QuarantineDeletion' });

export const ReplaySchema = z
  .object({ outcome: z.string(), archiveId: z.string().optional(), reason: z.string().optional() })
  .meta({ id: 'Replay' });
