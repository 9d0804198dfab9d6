import { z } from 'zod';

const MAX_RECIPIENTS = 50;
const hour = z.number().int().min(0).max(23);
/** Ours to send to, and to be sent from: no quoted local parts, nothing that could be a second field. */
const plainAddress = z
  .email({ pattern: z.regexes.unicodeEmail, error: 'must be an e-mail address' })
  .max(254)
  .refine((text) => !/[\p{Cc}\s,;<>"]/u.test(text), 'must be an e-mail address');

export const NotificationsSchema = z
  .object({
    recipients: z.array(z.string()),
    from: z.string().optional().meta({ description: 'Left out: the address of the system' }),
    hour: hour.optional().meta({ description: 'Of the day, UTC. Left out: within the hour, one mail an hour at most' }),
  })
  .meta({ id: 'Notifications' });

export const NotificationsChangeSchema = z
  .strictObject({
    recipients: z.array(plainAddress).max(MAX_RECIPIENTS, `at most ${MAX_RECIPIENTS} recipients`).optional(),
    from: plainAddress.nullable().optional(),
    hour: hour.nullable().optional(),
  })
  .meta({ id: 'NotificationsChange' });
