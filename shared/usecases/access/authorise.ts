import { type GlobalPrivilege, holds, type MailboxPrivilege } from '../../domain/privilege.ts';
import type { Caller } from '../../domain/session.ts';
import { ForbiddenError, NotFoundError } from '../../errors.ts';
import type { ConfigurationContext } from '../mailboxes/configuration-context.ts';

/**
 * What a request needs. `know`: that a mailbox exists; `list`: the header summaries in it. Those and the
 * mailbox privileges are asked for one mailbox at a time, all others hold everywhere.
 */
export type Privilege = GlobalPrivilege | MailboxPrivilege | 'know' | 'list';

export type AuthoriseContext = Pick<ConfigurationContext, 'access' | 'addresses' | 'compliance'>;

/** What came of an authorisation that was not refused. */
export interface Authorisation {
  /** The caller may see header summaries, but no content. */
  readonly contentBlocked: boolean;
}

const ALLOWED: Authorisation = { contentBlocked: false };

/**
 * The one place that decides whether `caller` may do something, on `mailboxId` where one is named.
 * Throws `ForbiddenError` (`content_blocked` where only `blockPreview` stands against an administrator),
 * and `NotFoundError` for a mailbox that the caller may not know of.
 */
export async function authorise(
  context: AuthoriseContext,
  caller: Caller,
  privilege: Privilege,
  mailboxId?: string,
): Promise<Authorisation> {
  if (mailboxId === undefined) {
    if (isGlobal(privilege) && holds(caller.privileges, privilege)) return ALLOWED;
    throw new ForbiddenError(`this needs the privilege ${privilege}`);
  }
  const isAdmin = holds(caller.privileges, 'admin');
  const granted = await context.access.privilegesOn(caller, mailboxId);
  const mailbox = granted.length > 0 || isAdmin ? await context.addresses.mailbox(mailboxId) : undefined;
  if (!mailbox) throw new NotFoundError(`mailbox ${mailboxId}`);

  const isReader = granted.includes('read') || (isAdmin && !(await isBlocked(context)));
  if (privilege === 'know' || (privilege === 'list' && isAdmin)) return { contentBlocked: !isReader };
  if (isReader && (privilege === 'read' || privilege === 'list')) return ALLOWED;
  if (privilege === 'read' && isAdmin) throw contentBlocked();
  if (granted.some((held) => held === privilege)) return ALLOWED;
  throw new ForbiddenError(`this needs the privilege ${privilege} on mailbox ${mailboxId}`);
}

/** What a caller may see of a message, by the mailboxes it lies in. */
export interface MessageAuthorisation<Filing> {
  /** The filings whose mailboxes the caller may read; empty while content is blocked. */
  readonly readable: readonly Filing[];
  /** The caller is an administrator who may see the header summary only. */
  readonly contentBlocked: boolean;
}

/** How many mailboxes are asked about at once: a message may lie in thousands. */
const CHECKS_AT_ONCE = 50;

/** Decides on a message: `NotFoundError` where the caller may not know of it. */
export async function authoriseMessage<Filing extends { readonly mailboxId: string }>(
  context: AuthoriseContext,
  caller: Caller,
  archiveId: string,
  filings: readonly Filing[],
): Promise<MessageAuthorisation<Filing>> {
  const isAdmin = holds(caller.privileges, 'admin') && filings.length > 0;
  if (isAdmin && !(await isBlocked(context))) return { readable: filings, contentBlocked: false };
  const readable: Filing[] = [];
  for (let start = 0; start < filings.length; start += CHECKS_AT_ONCE) {
    const some = filings.slice(start, start + CHECKS_AT_ONCE);
    const granted = await Promise.all(some.map(({ mailboxId }) => context.access.privilegesOn(caller, mailboxId)));
    readable.push(...some.filter((_, i) => granted[i]?.includes('read')));
  }
  if (readable.length === 0 && !isAdmin) throw new NotFoundError(`message ${archiveId}`);
  return { readable, contentBlocked: readable.length === 0 };
}

/** What an administrator gets who asks for content without a read grant while `blockPreview` is on. */
export function contentBlocked(): ForbiddenError {
  return new ForbiddenError(
    'administrators see header summaries only; reading needs a read grant on the mailbox',
    'content_blocked',
  );
}

async function isBlocked({ compliance }: Pick<AuthoriseContext, 'compliance'>): Promise<boolean> {
  return (await compliance.settings()).blockPreview;
}

function isGlobal(privilege: Privilege): privilege is GlobalPrivilege {
  return privilege !== 'know' && privilege !== 'list' && privilege !== 'read' && privilege !== 'write';
}
