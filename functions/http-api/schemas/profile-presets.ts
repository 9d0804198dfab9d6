import { z } from 'zod';

const template = z.object({ userName: z.string(), authorisationId: z.string().optional() }).meta({
  description: '{address}, {user} (what stands before the at sign) and {master} (a privileged user) are put in',
});

/** As `NewProfile` wants its parts. */
export const ProfilePresetSchema = z
  .object({
    presetId: z.string(),
    name: z.string(),
    server: z.object({
      protocol: z.enum(['imap', 'pop3']),
      host: z.string().optional(),
      port: z.number().int(),
      security: z.enum(['plain', 'starttls', 'tls']),
    }),
    method: z.enum(['password', 'bearer']),
    renewals: z
      .array(z.object({ method: z.string(), tokenEndpoint: z.string(), scope: z.string() }))
      .optional()
      .meta({ description: 'Ways to get tokens that are renewed; {tenant} is put in' }),
    signIn: template,
    delegated: template.optional(),
    folders: z.object({ include: z.array(z.string()), exclude: z.array(z.string()), shared: z.boolean() }),
    sentFolder: z.string().optional(),
    target: z.enum(['mailbox', 'multidrop']),
    warnings: z.array(z.string()),
    guide: z.string().meta({ description: 'Path in the source of this system' }),
  })
  .meta({ id: 'ProfilePreset' });
