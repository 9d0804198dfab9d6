import type { GlobalPrivilege } from '../../domain/privilege.ts';
import type { User } from '../../domain/user.ts';
import { principalNameFault } from '../../domain/user-name.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import { grantAccess } from '../access/access-grants.ts';
import { dataOf } from '../item-data.ts';
import { createLogged, getLogged } from '../logged-item.ts';
import { checkAddresses } from '../mailboxes/check-addresses.ts';
import { userKey } from '../mailboxes/configuration-keys.ts';
import { createMailbox } from '../mailboxes/create-mailbox.ts';
import { deleteMailbox } from '../mailboxes/delete-mailbox.ts';
import { newId } from '../new-id.ts';
import type { IdentityContext } from './identity-context.ts';
import { checkPassword, hashPassword } from './password-hash.ts';

export interface NewUser {
  readonly userName: string;
  readonly fullName?: string;
  /** The first is the primary one. */
  readonly emailAddresses?: readonly string[];
  readonly privileges: readonly GlobalPrivilege[];
  /** Without one the user cannot sign in. */
  readonly password?: string;
  /** Makes an archive mailbox for the e-mail addresses, which the user may read. */
  readonly createMailbox?: boolean;
}

/** How many e-mail addresses a user may have. */
const MAX_EMAIL_ADDRESSES = 100;

/**
 * Creates a user. Throws `InvalidRequestError`; `ConflictError` where the name is a user's or group's
 * already in any spelling, or, with `createMailbox`, an address is in use; nothing is left then.
 */
export async function createUser(context: IdentityContext, wanted: NewUser): Promise<User> {
  const { ports, configuration } = context;
  const userName = wanted.userName.normalize('NFC');
  const fault = principalNameFault(userName);
  if (fault) throw new InvalidRequestError(`userName: ${fault}`);
  const emailAddresses = checkEmailAddresses(wanted.emailAddresses ?? []);
  if (wanted.password !== undefined) checkPassword(wanted.password);
  if (await getLogged(ports, 'configuration', userKey(userName))) throw nameInUse(userName);

  const passwordHash =
    wanted.password === undefined
      ? undefined
      : await hashPassword(ports.entropy, wanted.password, context.passwordCost);
  const mailbox = wanted.createMailbox ? await ownMailbox(context, userName, wanted, emailAddresses) : undefined;
  const user: User = {
    kind: 'user',
    userId: newId(ports, 'user'),
    userName,
    ...(wanted.fullName === undefined ? {} : { fullName: wanted.fullName }),
    emailAddresses,
    privileges: [...new Set(wanted.privileges)],
    authentication: 'integrated',
    ...(passwordHash === undefined ? {} : { passwordHash }),
    disabled: false,
    ...(mailbox === undefined ? {} : { mailboxId: mailbox.mailboxId }),
    createdAt: ports.clock.now().toISOString(),
  };
  try {
    await createLogged(ports, 'configuration', userKey(userName), { data: dataOf(user) });
  } catch (error) {
    if (mailbox) await deleteMailbox(configuration, mailbox.mailboxId, async () => false);
    throw error instanceof ConflictError ? nameInUse(userName) : error;
  }
  context.sessions.forgetUser(userName);
  if (mailbox) {
    const { mailboxId } = mailbox;
    await grantAccess(configuration, { mailboxId, principal: userName, privileges: ['read'], grantedBy: 'system' });
  }
  return user;
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
  userName: string,
  { fullName }: NewUser,
  [primaryAddress, ...secondaryAddresses]: readonly string[],
): Promise<{ readonly mailboxId: string }> {
  if (primaryAddress === undefined) {
    throw new InvalidRequestError('createMailbox: the mailbox needs an address in emailAddresses');
  }
  return await createMailbox(configuration, { name: fullName ?? userName, primaryAddress, secondaryAddresses });
}

function nameInUse(userName: string): ConflictError {
  return new ConflictError(`the name ${userName} is in use by a user or group`);
}
