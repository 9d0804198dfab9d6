import { z } from 'zod';
import { GLOBAL_PRIVILEGES, MAILBOX_PRIVILEGES } from '../../../shared/domain/privilege.ts';
import { AUTHENTICATIONS } from '../../../shared/domain/user.ts';
import { MAX_EMAIL_ADDRESSES } from '../../../shared/usecases/identity/create-user.ts';
import { OTP_REQUIREMENTS } from '../../../shared/usecases/settings/sign-in-rules.ts';
import { address, id, personName, text, time } from './fields.ts';

const privileges = z.array(z.enum(GLOBAL_PRIVILEGES)).max(GLOBAL_PRIVILEGES.length);
/** Its length in characters is checked where it is kept. */
const password = z.string().max(4_096);
const emailAddresses = z.array(address).max(MAX_EMAIL_ADDRESSES, `a user has at most ${MAX_EMAIL_ADDRESSES} addresses`);
const fullName = personName(200);
const distinguishedName = text(1_000);
const mailboxPrivileges = z.array(z.enum(MAILBOX_PRIVILEGES)).max(MAILBOX_PRIVILEGES.length);

export const UserSchema = z
  .object({
    userName: z.string(),
    fullName: z.string().optional(),
    emailAddresses: z.array(z.string()),
    privileges: z.array(z.enum(GLOBAL_PRIVILEGES)),
    authentication: z.enum(AUTHENTICATIONS),
    distinguishedName: z.string().optional(),
    hasOtp: z.boolean().meta({ description: 'Whether there is a confirmed second factor' }),
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
    distinguishedName: distinguishedName.optional(),
    privileges: privileges.optional().meta({ description: 'Left out, those of /settings/new-users' }),
    password: password.optional(),
    authentication: z.literal('integrated', 'must be integrated; directory and oidc are reserved').optional(),
    createMailbox: z.boolean().optional(),
  })
  .meta({ id: 'NewUser' });

export const UserChangeSchema = z
  .strictObject({
    userName: z.string().min(1).max(400).optional().meta({ description: 'Renames; all that the user has stays' }),
    fullName: fullName.nullable().optional(),
    emailAddresses: emailAddresses.optional(),
    distinguishedName: distinguishedName.nullable().optional(),
    privileges: privileges.optional(),
    password: password.optional(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: 'UserChange' });

export const SignInSchema = z
  .strictObject({
    userName: z.string().max(400),
    password,
    otp: z.string().max(100).optional().meta({ description: 'A code of the second factor, or a recovery code' }),
    cookie: z
      .boolean()
      .optional()
      .meta({ description: 'The token goes into a cookie that no script can read, and not into the answer' }),
  })
  .meta({ id: 'SignIn' });

export const SignedInSchema = z
  .object({ token: z.string().optional(), expiresAt: time, user: UserSchema })
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

export const AccessChangeSchema = z.strictObject({ privileges: mailboxPrivileges }).meta({ id: 'AccessChange' });

export const OtpStateSchema = z
  .object({
    state: z.enum(['off', 'pending', 'on']),
    required: z.boolean(),
    confirmedAt: time.optional(),
    recoveryCodesLeft: z.number(),
  })
  .meta({ id: 'OtpState' });
export const OwnPasswordSchema = z.strictObject({ password }).meta({ id: 'OwnPassword' });
export const EnrolmentSchema = z.object({ secret: z.string(), otpauthUrl: z.string() }).meta({ id: 'OtpEnrolment' });
export const OtpCodeSchema = z.strictObject({ otp: z.string().max(100) }).meta({ id: 'OtpCode' });
export const RecoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' });

const apiKeyFields = {
  apiKeyId: z.string(),
  name: z.string(),
  prefix: z.string().meta({ description: 'How the key begins' }),
  privileges: z.array(z.enum(GLOBAL_PRIVILEGES)),
  mailboxes: z.array(z.string()).optional(),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time.optional().meta({ description: 'To the minute' }),
};
export const ApiKeySchema = z.object(apiKeyFields).meta({ id: 'ApiKey' });
export const MadeApiKeySchema = z
  .object({ ...apiKeyFields, key: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'MadeApiKey' });
export const NewApiKeySchema = z
  .strictObject({
    name: text(200),
    privileges,
    mailboxes: z.array(id).max(100).optional(),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: 'NewApiKey' });

export const GroupSchema = z
  .object({ groupName: z.string(), description: z.string().optional(), createdAt: time })
  .meta({ id: 'Group' });
export const NewGroupSchema = z
  .strictObject({
    groupName: z.string().min(1).max(400),
    description: text(1_000).optional(),
    members: z.array(id).max(200).optional().meta({ description: 'Names of users and groups' }),
  })
  .meta({ id: 'NewGroup' });
export const GroupChangeSchema = z
  .strictObject({
    groupName: z.string().min(1).max(400).optional(),
    description: text(1_000).nullable().optional(),
  })
  .meta({ id: 'GroupChange' });
export const MemberSchema = z.object({ kind: z.enum(['user', 'group']), name: z.string() }).meta({ id: 'Member' });

const defaultAccess = z.array(z.strictObject({ mailboxId: id, privileges: mailboxPrivileges })).max(100);
export const NewUserDefaultsSchema = z
  .strictObject({ privileges, ownMailbox: mailboxPrivileges, access: defaultAccess })
  .meta({ id: 'NewUserDefaults' });
export const NewUserDefaultsChangeSchema = NewUserDefaultsSchema.partial().meta({ id: 'NewUserDefaultsChange' });
export const SignInRulesSchema = z.strictObject({ otpRequired: z.enum(OTP_REQUIREMENTS) }).meta({ id: 'SignInRules' });
export const SignInRulesChangeSchema = SignInRulesSchema.partial().meta({ id: 'SignInRulesChange' });
