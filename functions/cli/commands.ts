import type { Command } from './command.ts';
import { access } from './commands/access.ts';
import { accessRequests } from './commands/access-requests.ts';
import { approvals } from './commands/approvals.ts';
import { arrivals } from './commands/arrivals.ts';
import { attachment } from './commands/attachment.ts';
import { audit } from './commands/audit.ts';
import { auditors } from './commands/auditors.ts';
import { bulkDelete } from './commands/bulk-delete.ts';
import { certificate } from './commands/certificate.ts';
import { check } from './commands/check.ts';
import { completeness } from './commands/completeness.ts';
import { deleteCommand } from './commands/delete.ts';
import { endpoints } from './commands/endpoints.ts';
import { erasure } from './commands/erasure.ts';
import { folders } from './commands/folders.ts';
import { groups } from './commands/groups.ts';
import { holds } from './commands/holds.ts';
import { jobs } from './commands/jobs.ts';
import { keys } from './commands/keys.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { mailboxes } from './commands/mailboxes.ts';
import { messages } from './commands/messages.ts';
import { move } from './commands/move.ts';
import { profiles } from './commands/profiles.ts';
import { quarantine } from './commands/quarantine.ts';
import { raw } from './commands/raw.ts';
import { reindex } from './commands/reindex.ts';
import { retention } from './commands/retention.ts';
import { savedSearches } from './commands/saved-searches.ts';
import { search } from './commands/search.ts';
import { sessions } from './commands/sessions.ts';
import { show } from './commands/show.ts';
import { users } from './commands/users.ts';
import { verifyAuditCommand } from './commands/verify-audit.ts';
import { verifyCertificateCommand } from './commands/verify-certificate.ts';
import { whoami } from './commands/whoami.ts';

/** All commands, in the order in which help shows them; `help` itself is not among them. */
export const COMMANDS: readonly Command[] = [
  login,
  logout,
  whoami,
  mailboxes,
  endpoints,
  folders,
  messages,
  search,
  savedSearches,
  show,
  move,
  raw,
  attachment,
  deleteCommand,
  arrivals,
  quarantine,
  profiles,
  jobs,
  completeness,
  check,
  reindex,
  users,
  groups,
  access,
  sessions,
  keys,
  audit,
  verifyAuditCommand,
  retention,
  erasure,
  accessRequests,
  bulkDelete,
  certificate,
  verifyCertificateCommand,
  auditors,
  holds,
  approvals,
];

/** The command called `name`, if there is one. */
export function commandOf(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}
