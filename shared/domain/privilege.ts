/** What a user may do anywhere; none at all is possible. */
export const GLOBAL_PRIVILEGES = [
  'admin',
  'login',
  'changePassword',
  'archive',
  'modifyArchiveProfiles',
  'export',
  'modifyExportProfiles',
  'delete',
] as const;
export type GlobalPrivilege = (typeof GLOBAL_PRIVILEGES)[number];

/** What a grant allows on one mailbox; `write` is moving and tagging. None of them contains another. */
export const MAILBOX_PRIVILEGES = ['read', 'write', 'delete'] as const;
export type MailboxPrivilege = (typeof MAILBOX_PRIVILEGES)[number];

/**
 * What `admin` contains: whoever runs the archive signs in, keeps a password and sees its jobs, but neither reads,
 * exports nor deletes mail.
 */
const ADMIN_CONTAINS: readonly GlobalPrivilege[] = [
  'admin',
  'login',
  'changePassword',
  'archive',
  'modifyArchiveProfiles',
];

/** Whether somebody with `held` may do what asks for `wanted`. */
export function holds(held: readonly GlobalPrivilege[], wanted: GlobalPrivilege): boolean {
  return held.includes(wanted) || (held.includes('admin') && ADMIN_CONTAINS.includes(wanted));
}
