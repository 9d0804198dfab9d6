import type { LockMode } from '../../shared/domain/retention/lock-mode.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { OpenSource } from '../../shared/sources/source.ts';
import type { AuditSettingsBook } from '../../shared/usecases/audit/audit-settings.ts';
import type { ConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import type { IdentityContext } from '../../shared/usecases/identity/identity-context.ts';
import type { MailboxHasFilings } from '../../shared/usecases/mailboxes/delete-mailbox.ts';
import type { MailSearch } from '../../shared/usecases/search/find/mail-search.ts';
import type { PathOptions } from './api-request.ts';
import type { ArchiveHolds } from './archive-holds.ts';
import type { ArchiveRequests } from './archive-requests.ts';
import type { AuditHook } from './audit-hook.ts';
import type { ArchiveReading } from './reading.ts';

export type HttpApiPorts = Pick<Ports, 'tables' | 'derived' | 'clock' | 'entropy' | 'secrets' | 'logs' | 'audit'>;

/** The largest input that each entrance takes, by the entrance's name. */
interface EntranceLimits {
  readonly [entrance: string]: { readonly maxBytes: number };
}

/** What the HTTP API is told from outside. */
export interface HttpApiSettings extends PathOptions {
  readonly version: string;
  readonly limits: EntranceLimits;
  /** How storage locks what policies keep; left out, it locks nothing for them. */
  readonly objectLock?: LockMode;
  /** Session cookies are `Secure` always, not only where a request says that it came over TLS. */
  readonly secureCookies?: boolean;
  /** Prometheus text exposition format, version 0.0.4. */
  metrics(): Promise<string>;
  readonly configuration: ConfigurationContext;
  readonly identity: IdentityContext;
  readonly reading: ArchiveReading;
  readonly search: MailSearch;
  readonly holds: ArchiveHolds;
  readonly requests: ArchiveRequests;
  readonly mailboxHasFilings: MailboxHasFilings;
  /** Signs in to mail servers, to test profiles before they are saved. */
  readonly openSource: OpenSource;
}

/** What every route works with. */
export interface HttpApi {
  readonly ports: HttpApiPorts;
  readonly settings: HttpApiSettings;
  readonly auditSettings: AuditSettingsBook;
  readonly audit: Pick<AuditHook, 'answerApproved'>;
}
