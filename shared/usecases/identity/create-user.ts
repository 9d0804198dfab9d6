import type { AuditorMandate } from '../../domain/auditor.ts';
import type { GlobalPrivilege } from '../../domain/privilege.ts';
import type { User } from '../../domain/user.ts';
import { InvalidRequestError } from '../../errors.ts';
import { grantAccess } from '../access/access-grants.ts';
import { mailboxKey, principalItemKey } from '../configuration/configuration-keys.ts';
import { createLogged, getLogged } from '../logged-item.ts';
import { checkAddresses } from '../mailboxes/check-addresses.ts';
import { createMailbox } from '../mailboxes/create-mailbox.ts';
import { deleteMailbox } from '../mailboxes/delete-mailbox.ts';
import { newId } from '../new-id.ts';
import type { NewUserDefaults } from '../settings/new-user-defaults.ts';
import { checkPassword } from './check-password.ts';
import type { IdentityContext } from './identity-context.ts';
import { hashPassword } from './password-hash.ts';
import { checkName, claimName, refuseTakenName } from './principal-names.ts';
import { principalChange } from './principals.ts';

export interface NewUser {
  readonly userName: string;
  readonly fullName?: string;
  /** The first is the primary one. */
  readonly emailAddresses?: readonly string[];
  /** Name of the user's entry in a directory (RFC 4514). */
  readonly distinguishedName?: string;
  /** Left out, those that new users get by the settings. */
  readonly privileges?: readonly GlobalPrivilege[];
  /** Without one the user cannot sign in. */
  readonly password?: string;
  /** The password counts only from the machine itself. */
  readonly hasInitialPassword?: boolean;
  /** Makes an archive mailbox for the e-mail addresses, which the user may read. */
  readonly createMailbox?: boolean;
  /** Makes the user an auditor. */
  readonly auditor?: AuditorMandate;
}

/** How many e-mail addresses a user may have. */
export const MAX_EMAIL_ADDRESSES = 100;

/**
 * Creates a user. Throws `InvalidRequestError`; `ConflictError` where the name is a user's or group's
 * already in any spelling, or, with `createMailbox`, an address is in use; nothing is left then.
 */
export async function createUser(context: IdentityContext, wanted: NewUser): Promise<User> {
  const { ports, configuration } = context;
  const userName = checkName('userName', wanted.userName);
  const emailAddresses = checkEmailAddresses(wanted.emailAddresses ?? []);
  if (wanted.password !== undefined) checkPassword(wanted.password, userName);
  await refuseTakenName(ports, userName);

  const defaults = await context.newUsers.get();
  const passwordHash =
    wanted.password === undefined
      ? undefined
      : await hashPassword(ports.entropy, wanted.password, context.passwordCost);
  const userId = newId(ports, 'user');
  const mailbox = wanted.createMailbox
    ? await ownMailbox(context, { ...wanted, userId, userName, emailAddresses })
    : undefined;
  const user: User = {
    kind: 'user',
    userId,
    userName,
    ...(wanted.fullName === undefined ? {} : { fullName: wanted.fullName }),
    emailAddresses,
    privileges: [...new Set(wanted.privileges ?? defaults.privileges)],
    authentication: 'integrated',
    ...(wanted.distinguishedName === undefined ? {} : { distinguishedName: wanted.distinguishedName }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(wanted.hasInitialPassword ? { hasInitialPassword: true as const } : {}),
    disabled: false,
    ...(mailbox === undefined ? {} : { mailboxId: mailbox.mailboxId }),
    createdAt: ports.clock.now().toISOString(),
    ...(wanted.auditor === undefined ? {} : { auditor: wanted.auditor }),
  };
  try {
    await claimName(ports, userName, user.userId);
  } catch (error) {
    if (mailbox) await deleteMailbox(configuration, mailbox.mailboxId, async () => false);
    throw error;
  }
  await createLogged(ports, 'configuration', principalItemKey(user.userId), principalChange(user));
  if (!user.auditor) await grantDefaults(context, user, defaults);
  return user;
}

/** Grants on mailboxes that were deleted since they became the default are left out. */
async function grantDefaults(
  { ports, configuration }: IdentityContext,
  { userName, mailboxId }: User,
  { ownMailbox: own, access }: NewUserDefaults,
): Promise<void> {
  const wanted = mailboxId === undefined ? access : [{ mailboxId, privileges: own }, ...access];
  for (const grant of wanted) {
    if (!(await getLogged(ports, 'configuration', mailboxKey(grant.mailboxId)))) continue;
    await grantAccess(configuration, { ...grant, principal: userName, grantedBy: 'system' });
  }
}

/** The addresses as they are kept. Throws `InvalidRequestError` for what is no address, and for too many. */
export function checkEmailAddresses(addresses: readonly string[]): readonly string[] {
  if (addresses.length > MAX_EMAIL_ADDRESSES) {
    throw new InvalidRequestError(`emailAddresses: a user has at most ${MAX_EMAIL_ADDRESSES} addresses`);
  }
  return checkAddresses(addresses);
}

async function ownMailbox(
  { configuration }: IdentityContext,
  { userId, userName, fullName, emailAddresses }: Pick<User, 'userId' | 'userName' | 'fullName' | 'emailAddresses'>,
): Promise<{ readonly mailboxId: string }> {
  const [primaryAddress, ...secondaryAddresses] = emailAddresses;
  if (primaryAddress === undefined) {
    throw new InvalidRequestError('createMailbox: the mailbox needs an address in emailAddresses');
  }
  return await createMailbox(configuration, {
    name: fullName ?? userName,
    primaryAddress,
    secondaryAddresses,
    ownerId: userId,
  });
}
