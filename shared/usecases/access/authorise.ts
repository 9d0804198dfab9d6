import { type AuditorMandate, coveredFilings, coversMailbox } from '../../domain/auditor.ts';
import { type GlobalPrivilege, holds, type MailboxPrivilege } from '../../domain/privilege.ts';
import type { Caller } from '../../domain/session.ts';
import { ForbiddenError, NotFoundError } from '../../errors.ts';
import type { ConfigurationContext } from '../configuration-context.ts';

/**
 * What a request needs. `know`: that a mailbox exists; `list`: the header summaries in it. Those and the
 * mailbox privileges are asked for one mailbox at a time, all others hold everywhere.
 */
export type Privilege = GlobalPrivilege | MailboxPrivilege | 'know' | 'list';

export type AuthoriseContext = Pick<ConfigurationContext, 'access' | 'addresses' | 'compliance' | 'privateMail'>;

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
  if (caller.auditor) return await authoriseAuditor(context, caller.auditor, privilege, mailboxId);
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

/** An auditor reads what the scope covers, and does nothing else; grants do not widen it. */
async function authoriseAuditor(
  { addresses }: Pick<AuthoriseContext, 'addresses'>,
  { scope }: AuditorMandate,
  privilege: Privilege,
  mailboxId: string,
): Promise<Authorisation> {
  const mailbox = coversMailbox(scope, mailboxId) ? await addresses.mailbox(mailboxId) : undefined;
  if (!mailbox) throw new NotFoundError(`mailbox ${mailboxId}`);
  if (privilege === 'know' || privilege === 'list' || privilege === 'read') return ALLOWED;
  throw new ForbiddenError('auditors read, and do nothing else');
}

/** What a caller may see of a message, by the mailboxes it lies in. */
export interface MessageAuthorisation<Filing> {
  /** The filings whose mailboxes the caller may read; empty while content is blocked. */
  readonly readable: readonly Filing[];
  /** The caller is an administrator, or an auditor before private mail, who may see the header summary only. */
  readonly contentBlocked: boolean;
}

/** How many mailboxes are asked about at once: a message may lie in thousands. */
const CHECKS_AT_ONCE = 50;

/** What of a filing decides who may see the message. */
interface DecidingFiling {
  readonly mailboxId: string;
  readonly receivedAt?: string;
  readonly isPrivate?: true;
  readonly isRestricted?: true;
  readonly isRemoved?: true;
}

/**
 * Decides on a message: `NotFoundError` where the caller may not know of it. Whoever reads without a
 * grant (auditors, and administrators while `blockPreview` is off) does not read what is marked private
 * in any mailbox. Where any filing says that access is restricted, nobody but an auditor may know of the message.
 */
export async function authoriseMessage<Filing extends DecidingFiling>(
  context: AuthoriseContext,
  caller: Caller,
  archiveId: string,
  allFilings: readonly Filing[],
): Promise<MessageAuthorisation<Filing>> {
  if (isKeptFrom(caller, allFilings)) throw new NotFoundError(`message ${archiveId}`);
  const filings = allFilings.filter(({ isRemoved }) => !isRemoved);
  const markedIn = [...new Set(allFilings.flatMap(({ isPrivate, mailboxId }) => (isPrivate ? [mailboxId] : [])))];
  if (caller.auditor) {
    const readable = coveredFilings(caller.auditor.scope, filings);
    if (readable.length === 0) throw new NotFoundError(`message ${archiveId}`);
    const isShown = markedIn.length === 0 || (await context.privateMail.isShown(caller.userId, archiveId, markedIn));
    return isShown ? { readable, contentBlocked: false } : { readable: [], contentBlocked: true };
  }
  const isAdmin = holds(caller.privileges, 'admin') && filings.length > 0;
  if (isAdmin && markedIn.length === 0 && !(await isBlocked(context))) {
    return { readable: filings, contentBlocked: false };
  }
  const readable: Filing[] = [];
  for (let start = 0; start < filings.length; start += CHECKS_AT_ONCE) {
    const some = filings.slice(start, start + CHECKS_AT_ONCE);
    const granted = await Promise.all(some.map(({ mailboxId }) => context.access.privilegesOn(caller, mailboxId)));
    readable.push(...some.filter((_, i) => granted[i]?.includes('read')));
  }
  if (readable.length === 0 && !isAdmin) throw new NotFoundError(`message ${archiveId}`);
  return { readable, contentBlocked: readable.length === 0 };
}

/** Whether access to a message with these filings is restricted, removed ones among them, and not for this caller. */
export function isKeptFrom({ auditor }: Pick<Caller, 'auditor'>, allFilings: readonly DecidingFiling[]): boolean {
  return auditor === undefined && allFilings.some(({ isRestricted }) => isRestricted);
}

/** What an administrator gets who asks for content without a read grant, and an auditor who asks for private mail. */
export function contentBlocked(): ForbiddenError {
  return new ForbiddenError(
    'header summaries only: administrators need a read grant on the mailbox, auditors an approval for private mail',
    'content_blocked',
  );
}

async function isBlocked({ compliance }: Pick<AuthoriseContext, 'compliance'>): Promise<boolean> {
  return (await compliance.settings()).blockPreview;
}

function isGlobal(privilege: Privilege): privilege is GlobalPrivilege {
  return privilege !== 'know' && privilege !== 'list' && privilege !== 'read' && privilege !== 'write';
}
