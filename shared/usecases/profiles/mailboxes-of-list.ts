import type { ListedAccount } from '../../domain/account-list.ts';
import { normaliseAddress, withoutDetail } from '../../domain/address.ts';
import { type AuditEvent, isRecorded } from '../../domain/audit-event.ts';
import type { ListedMailboxes, Profile } from '../../domain/profile.ts';
import type { User } from '../../domain/user.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { EVENT_PREFIX } from '../audit/audit-keys.ts';
import { AuditSettingsBook } from '../audit/audit-settings.ts';
import { createConfigurationContext } from '../configuration-context.ts';
import { createUser } from '../identity/create-user.ts';
import { findUser } from '../identity/find-users.ts';
import { createIdentityContext, type IdentityContext } from '../identity/identity-context.ts';
import { claimsOn } from '../mailboxes/address-claims.ts';
import { newId } from '../new-id.ts';
import { listedAccounts } from './keep-account-list.ts';
import type { UserMailbox } from './mailboxes-of-users.ts';

type ListPorts = Pick<Ports, 'tables' | 'log' | 'audit' | 'clock' | 'entropy' | 'secrets'>;

/** The mailboxes of a list, and why an account has none. */
export interface MailboxesOfList {
  readonly mailboxes: readonly UserMailbox[];
  /** For the log of the job. */
  readonly leftOut: readonly string[];
  /** How many of those that are left out should not be. */
  readonly errors: number;
}

/**
 * The mailboxes that a list of accounts goes to now; users that are missing are made where the profile says so, never
 * as administrators and never with an address that was another mailbox's: that needs a second person. Answers
 * `undefined` where there was no time for all of them. Safe to repeat.
 */
export async function mailboxesOfList(
  { ports, journalDomain }: { readonly ports: ListPorts; readonly journalDomain: string },
  { profileId }: Pick<Profile, 'profileId'>,
  { list, createUsers }: ListedMailboxes,
  mayGoOn: () => boolean,
): Promise<MailboxesOfList | undefined> {
  const configuration = createConfigurationContext(ports, { journalDomain });
  const identity = createIdentityContext(ports, { configuration });
  const mailboxes: UserMailbox[] = [];
  const leftOut: string[] = [];
  for await (const listed of listedAccounts(ports, profileId, list)) {
    if (!mayGoOn()) return undefined;
    const { userName, account } = listed;
    const user =
      (await findUser(ports, userName)) ?? (createUsers ? await newUser(ports, identity, listed) : undefined);
    const why = typeof user === 'string' ? user : reasonWithout(user);
    if (typeof user === 'object' && user.mailboxId !== undefined && why === undefined) {
      mailboxes.push({ account, mailboxId: user.mailboxId });
    } else leftOut.push(`${userName} ${why ?? 'has no mailbox'}`);
  }
  return { mailboxes, leftOut, errors: leftOut.length };
}

function reasonWithout(user: User | undefined): string | undefined {
  if (!user) return 'is no user';
  if (user.auditor) return 'is an auditor';
  return user.mailboxId === undefined ? 'has no mailbox' : undefined;
}

/** The user that was made, or why none could be. */
async function newUser(
  ports: ListPorts,
  identity: IdentityContext,
  { userName, emailAddress }: ListedAccount,
): Promise<User | string> {
  const address = normaliseAddress(emailAddress);
  const claims = await Promise.all(
    [address, withoutDetail(address)].map((one) => (one === undefined ? [] : claimsOn(ports, one))),
  );
  if (claims.flat().length > 0) return 'is not made: another mailbox has or had the address';
  const { privileges: all } = await identity.newUsers.get();
  const privileges = all.filter((privilege) => privilege !== 'admin');
  try {
    const wanted = { userName, emailAddresses: [emailAddress], privileges, createMailbox: true };
    const user = await createUser(identity, wanted);
    await auditNew(ports, user);
    return user;
  } catch (error) {
    if (error instanceof ConflictError || error instanceof InvalidRequestError) return `is not made: ${error.code}`;
    throw error;
  }
}

async function auditNew(ports: ListPorts, { userName }: User): Promise<void> {
  const event: AuditEvent = {
    eventId: newId(ports, EVENT_PREFIX),
    at: ports.clock.now().toISOString(),
    actor: { system: 'run-fetch' },
    source: '',
    action: 'users.create',
    object: { kind: 'user', id: userName },
    outcome: 'done',
  };
  if (isRecorded(event, (await new AuditSettingsBook(ports).settings()).off)) await ports.audit.append(event);
}
