import type { GlobalPrivilege } from './privilege.ts';

/**
 * What an auditor may read: left out, all mailboxes, any time. `from` is inclusive, `to` exclusive, both by
 * `receivedAt`; ISO 8601, UTC.
 */
export interface AuditorScope {
  readonly mailboxIds?: readonly string[];
  readonly from?: string;
  readonly to?: string;
}

/** What makes a user an auditor: reads without grants, within a scope, until a date. Grants given to them count for nothing. */
export interface AuditorMandate {
  readonly scope: AuditorScope;
  readonly expiresAt: string;
  /** User name of the administrator who asked for it. */
  readonly createdBy: string;
  /** The approval that it was made by, where four eyes were needed. */
  readonly approvalId?: string;
}

/** All that an auditor may ever do besides reading: neither archive, nor delete, nor change a password. */
const AUDITOR_PRIVILEGES: readonly GlobalPrivilege[] = ['login', 'export'];

/** What of a user's privileges counts: for an auditor never more than signing in and exporting. */
export function effectivePrivileges(user: {
  readonly privileges: readonly GlobalPrivilege[];
  readonly auditor?: AuditorMandate;
}): readonly GlobalPrivilege[] {
  return user.auditor ? user.privileges.filter((held) => AUDITOR_PRIVILEGES.includes(held)) : user.privileges;
}

/** Whether somebody is an auditor whose time is over. */
export function hasExpired({ auditor }: { readonly auditor?: AuditorMandate }, now: Date): boolean {
  return auditor !== undefined && auditor.expiresAt <= now.toISOString();
}

export function coversMailbox({ mailboxIds }: AuditorScope, mailboxId: string): boolean {
  return mailboxIds === undefined || mailboxIds.includes(mailboxId);
}

/** The filings within a scope; with a period, those of which is known when they were received. */
export function coveredFilings<Filing extends { readonly mailboxId: string; readonly receivedAt?: string }>(
  { mailboxIds, from = '', to }: AuditorScope,
  filings: readonly Filing[],
): readonly Filing[] {
  const wanted = mailboxIds && new Set(mailboxIds);
  return filings.filter(({ mailboxId, receivedAt = '' }) => {
    return (
      (wanted?.has(mailboxId) ?? true) &&
      receivedAt >= from &&
      (to === undefined || (receivedAt !== '' && receivedAt < to))
    );
  });
}
