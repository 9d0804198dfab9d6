import { z } from 'zod';
import { GLOBAL_PRIVILEGES, MAILBOX_PRIVILEGES } from '../../../shared/domain/privilege.ts';
import { address, text, time } from './fields.ts';

const privileges = z.array(z.enum(GLOBAL_PRIVILEGES)).max(GLOBAL_PRIVILEGES.length);
/** Its length in characters is checked where it is kept. */
const password = z.string().max(4_096);
const emailAddresses = z.array(address).max(1_000);
const fullName = text(200);

export const UserSchema = z
  .object({
    userName: z.string(),
    fullName: z.string().optional(),
    emailAddresses: z.array(z.string()),
    privileges: z.array(z.enum(GLOBAL_PRIVILEGES)),
    authentication: z.enum(['integrated']),
    disabled: z.boolean(),
    mailboxId: z.string().optional(),
    createdAt: time,
  })
  .meta({ id: 'User' });

export const NewUserSchema = z
  .strictObject({
    userName: z.string().min(1).max(400),
    fullName: fullName.optional(),
    emailAddresses: emailAddresses.optional(),
    privileges,
    password: password.optional(),
    authentication: z.enum(['integrated']).optional(),
    createMailbox: z.boolean().optional(),
  })
  .meta({ id: 'NewUser' });

export const UserChangeSchema = z
  .strictObject({
    fullName: fullName.nullable().optional(),
    emailAddresses: emailAddresses.optional(),
    privileges: privileges.optional(),
    password: password.optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: 'UserChange' });

export const SignInSchema = z
  .strictObject({ userName: z.string().max(400), password, otp: z.string().max(100).optional() })
  .meta({ id: 'SignIn' });

export const SignedInSchema = z
  .object({ token: z.string(), expiresAt: time, user: UserSchema })
  .meta({ id: 'SignedIn' });

export const SessionSchema = z
  .object({
    sessionId: z.string(),
    createdAt: time,
    expiresAt: time,
    sourceIp: z.string(),
    userAgent: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

export const PasswordChangeSchema = z
  .strictObject({ currentPassword: password, newPassword: password })
  .meta({ id: 'PasswordChange' });

export const AccessSchema = z
  .object({
    principal: z.string(),
    mailboxId: z.string(),
    privileges: z.array(z.enum(MAILBOX_PRIVILEGES)),
    grantedAt: time,
    grantedBy: z.string(),
  })
  .meta({ id: 'Access' });

export const AccessChangeSchema = z
  .strictObject({ privileges: z.array(z.enum(MAILBOX_PRIVILEGES)).max(MAILBOX_PRIVILEGES.length) })
  .meta({ id: 'AccessChange' });
