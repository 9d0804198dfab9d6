import { z } from 'zod';

export const RemovalSchema = z.object({ archiveId: z.string(), mailboxId: z.string() }).meta({ id: 'Removal' });

export const DeletionSettingsSchema = z
  .strictObject({
    allowed: z.boolean().meta({ description: 'Whether people may delete mail; retention goes on either way' }),
  })
  .meta({ id: 'DeletionSettings' });

export const CertificateKeySchema = z
  .object({ algorithm: z.literal('Ed25519'), publicKey: z.string().meta({ description: 'SPKI, DER, base64' }) })
  .meta({ id: 'CertificateKey' });
