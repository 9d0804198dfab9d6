import { z } from 'zod';
import { address, id, text, time } from './fields.ts';

const name = text(200);
const secondaryAddresses = z.array(address).max(1_000);

export const MailboxSchema = z
  .object({
    mailboxId: z.string(),
    name: z.string(),
    primaryAddress: z.string().optional(),
    secondaryAddresses: z.array(z.string()),
    endpointId: z.string().optional(),
    createdAt: time,
  })
  .meta({ id: 'Mailbox' });

export const NewMailboxSchema = z
  .strictObject({ name, primaryAddress: address, secondaryAddresses: secondaryAddresses.optional() })
  .meta({ id: 'NewMailbox' });

export const MailboxChangeSchema = z
  .strictObject({
    name: name.optional(),
    primaryAddress: address.nullable().optional(),
    secondaryAddresses: secondaryAddresses.optional(),
  })
  .meta({ id: 'MailboxChange' });

export const DomainSchema = z.object({ domain: z.string(), createdAt: time }).meta({ id: 'Domain' });
export const NewDomainSchema = z.strictObject({ domain: text(400) }).meta({ id: 'NewDomain' });

const unknownAddresses = z
  .union(
    [z.enum(['endpoint-only', 'create']), z.strictObject({ mailboxId: id })],
    'must be "endpoint-only", "create" or {"mailboxId": …}',
  )
  .meta({ id: 'UnknownAddresses' });
const rules = {
  unknownAddresses: unknownAddresses.optional(),
  allowedSources: z
    .array(z.string().max(300))
    .max(1_000)
    .optional()
    .meta({
      description:
        'Who may deliver; one that matches is enough, and mail from elsewhere is quarantined. A network or address; ' +
        'tls:NAME or tls:*.NAME, a name in the certificate of the client; dkim:DOMAIN or dkim:*.DOMAIN (subdomains ' +
        'too), whose valid signature the outermost message has; spf:DOMAIN, of MAIL FROM, whose policy passes',
    }),
  trustedHosts: z.array(z.string().max(300)).max(1_000).optional(),
};

export const EndpointSchema = z
  .object({
    endpointId: z.string(),
    name: z.string(),
    address: z.string(),
    mailboxId: z.string(),
    unknownAddresses,
    allowedSources: z.array(z.string()),
    trustedHosts: z.array(z.string()),
    createdAt: time,
    lastArrivalAt: time
      .optional()
      .meta({ description: 'When its last mail was received; absent where none is known of' }),
    silentSince: time.optional().meta({
      description: 'Present while less comes than usual at this time, learnt by weekday and hour; seen hourly',
    }),
  })
  .meta({ id: 'JournalEndpoint' });

export const NewEndpointSchema = z.strictObject({ name, ...rules }).meta({ id: 'NewJournalEndpoint' });
export const EndpointChangeSchema = z
  .strictObject({ name: name.optional(), ...rules })
  .meta({ id: 'JournalEndpointChange' });

export const ComplianceSchema = z
  .object({
    blockPreview: z.boolean(),
    fourEyes: z.boolean(),
    approvalDays: z.number().int(),
    privateMail: z.boolean(),
    hideSubjects: z.boolean(),
  })
  .meta({ id: 'Compliance' });
export const ComplianceChangeSchema = z
  .strictObject({
    blockPreview: z.boolean().optional(),
    fourEyes: z.boolean().optional(),
    approvalDays: z
      .number()
      .int()
      .min(1)
      .max(90)
      .optional()
      .meta({ description: 'How long a request waits for its second administrator' }),
    privateMail: z.boolean().optional().meta({ description: 'Users may mark messages in their own mailbox private' }),
    hideSubjects: z.boolean().optional().meta({ description: 'Administrators without a grant see no subjects' }),
  })
  .meta({ id: 'ComplianceChange' });
