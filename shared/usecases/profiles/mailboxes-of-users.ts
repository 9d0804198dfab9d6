import type { MailCredentials } from '../../domain/mail-server.ts';
import type { ServedMailboxes } from '../../domain/profile.ts';
import { principalKey } from '../../domain/user-name.ts';
import type { Ports } from '../../ports/ports.ts';
import { listUsers } from '../identity/find-users.ts';

/** A mailbox at the source, and the one of the archive that it goes to. */
export interface UserMailbox {
  readonly account: string;
  readonly mailboxId: string;
}

const PAGE = 200;

/**
 * The mailboxes that a profile for several names now, in the order of the users' names. `withoutMailbox`: users that have
 * none, or no address; `missing`: names that are no user's.
 */
export async function mailboxesOfUsers(
  ports: Pick<Ports, 'tables'>,
  several: ServedMailboxes,
): Promise<{
  readonly mailboxes: readonly UserMailbox[];
  readonly withoutMailbox: readonly string[];
  readonly missing: readonly string[];
}> {
  const only = several.users !== 'all' && 'only' in several.users ? several.users.only : [];
  const missing = new Map(only.map((name) => [principalKey(name), name]));
  const mailboxes: UserMailbox[] = [];
  const withoutMailbox: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listUsers(ports, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const { userName, emailAddresses, mailboxId, auditor } of page.items) {
      if (auditor || !isNamed(userName, several.users)) continue;
      missing.delete(principalKey(userName));
      const [email] = emailAddresses;
      if (email === undefined || mailboxId === undefined) withoutMailbox.push(userName);
      else mailboxes.push({ account: accountName(several, { email, userName }), mailboxId });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { mailboxes, withoutMailbox, missing: [...missing.values()] };
}

/** What signs in for one of the mailboxes. */
export function credentialsFor(
  several: ServedMailboxes,
  credentials: MailCredentials,
  account: string,
): MailCredentials {
  if (several.signInAs !== undefined) {
    return { ...credentials, userName: several.signInAs.replaceAll('{account}', account) };
  }
  // Only with a password is it another user who signs in; anything else opens the mailbox that it names.
  if (credentials.method === 'password') return { ...credentials, authorisationId: account };
  return { ...credentials, userName: account };
}

function isNamed(userName: string, users: ServedMailboxes['users']): boolean {
  if (users === 'all') return true;
  const has = (names: readonly string[]) => names.some((name) => principalKey(name) === principalKey(userName));
  return 'only' in users ? has(users.only) : !has(users.except);
}

function accountName(
  { accountName: template }: ServedMailboxes,
  { email, userName }: { readonly email: string; readonly userName: string },
): string {
  const local = email.slice(0, email.lastIndexOf('@'));
  return template.replaceAll('{email}', email).replaceAll('{local}', local).replaceAll('{user}', userName);
}
