import type { AuditorMandate, AuditorScope } from '../../domain/auditor.ts';
import type { User } from '../../domain/user.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import { createUser } from '../identity/create-user.ts';
import { findUser, userItem } from '../identity/find-users.ts';
import type { IdentityContext } from '../identity/identity-context.ts';
import { hashPassword } from '../identity/password-hash.ts';
import { principalChange } from '../identity/principals.ts';
import { replaceLogged } from '../logged-item.ts';
import { findMailbox } from '../mailboxes/find-mailboxes.ts';
import { base32 } from '../new-id.ts';
import type { Auditor } from './find-auditors.ts';

/** 120 bits: nobody guesses it, and people can type it. */
const PASSWORD_BYTES = 15;
/** How many auditors may be made in the same second. */
const MAX_NAMES = 60;

export interface NewAuditor {
  readonly scope: AuditorScope;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  readonly mayExport: boolean;
  readonly createdBy: string;
  /** The approval that it is made by: repeated, it makes no second auditor. */
  readonly approval?: { readonly approvalId: string; readonly decidedAt?: string };
}

/**
 * Makes an auditor, named by the time, with a password that is nowhere but in the answer. Throws
 * `InvalidRequestError` for a mailbox that is not there, or times that cannot be.
 */
export async function createAuditor(
  context: IdentityContext,
  { scope, expiresAt, mayExport, createdBy, approval }: NewAuditor,
): Promise<{ readonly user: Auditor; readonly password: string }> {
  const { ports } = context;
  await checkMandate(context, scope, expiresAt);
  const approvedBy = approval ? { approvalId: approval.approvalId } : {};
  const auditor: AuditorMandate = { scope, expiresAt, createdBy, ...approvedBy };
  const privileges = mayExport ? (['login', 'export'] as const) : (['login'] as const);
  const password = base32(ports.entropy.bytes(PASSWORD_BYTES));
  const start = approval?.decidedAt ? Date.parse(approval.decidedAt) : ports.clock.now().getTime();
  for (let second = 0; second < MAX_NAMES; second++) {
    const userName = nameAt(new Date(start + second * 1000));
    const there = await findUser(ports, userName);
    if (there && approval && there.auditor?.approvalId === approval.approvalId) {
      return { user: { ...(await withPassword(context, there, password)), auditor: there.auditor }, password };
    }
    if (there) continue;
    try {
      const user = await createUser(context, { userName, privileges, password, auditor });
      return { user: { ...user, auditor }, password };
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  throw new ConflictError('too many auditors are being made; try again in a minute');
}

/** Throws `InvalidRequestError`. */
async function checkMandate(
  { ports }: IdentityContext,
  { mailboxIds = [], from, to }: AuditorScope,
  expiresAt: string,
): Promise<void> {
  if (expiresAt <= ports.clock.now().toISOString()) throw new InvalidRequestError('expiresAt: lies in the past');
  if (from !== undefined && to !== undefined && to <= from) throw new InvalidRequestError('scope.to: lies before from');
  const found = await Promise.all(mailboxIds.map((mailboxId) => findMailbox(ports, mailboxId)));
  const missing = mailboxIds.find((_, index) => found[index] === undefined);
  if (missing !== undefined) throw new InvalidRequestError(`scope.mailboxIds: there is no mailbox ${missing}`);
}

/** `auditor-20260301-120000`, in UTC. */
function nameAt(time: Date): string {
  const digits = time.toISOString().replace(/\D/g, '');
  return `auditor-${digits.slice(0, 8)}-${digits.slice(8, 14)}`;
}

/** The approval was executed before, but nobody saw the password. */
async function withPassword(context: IdentityContext, { userName }: User, password: string): Promise<User> {
  const { ports } = context;
  const { item, user } = await userItem(ports, userName);
  const passwordHash = await hashPassword(ports.entropy, password, context.passwordCost);
  const changed: User = { ...user, passwordHash };
  await replaceLogged(ports, 'configuration', item, principalChange(changed));
  context.sessions.forgetUser(user.userId);
  return changed;
}
