/**
 * Everything that is audited, as `category.verb`. Names are stable: they are stored for as long as the trail is kept,
 * and filters and other systems rely on them.
 */
export const AUDIT_ACTIONS = [
  'signIn.begin',
  'signIn.end',
  'signIn.token',
  'read.list',
  'read.view',
  'read.raw',
  'read.attachment',
  'read.arrival',
  'read.quarantine',
  'read.auditEvents',
  'search.query',
  'search.save',
  'search.changeSaved',
  'search.deleteSaved',
  'export.start',
  'export.download',
  'deletion.message',
  'deletion.quarantine',
  'deletion.purge',
  'deletion.certificate',
  'settings.deletion',
  'read.retention',
  'retention.createPolicy',
  'retention.changePolicy',
  'retention.retirePolicy',
  'retention.preview',
  'settings.compliance',
  'settings.audit',
  'settings.addDomain',
  'settings.removeDomain',
  'settings.newUsers',
  'settings.search',
  'settings.signIn',
  'settings.notifications',
  'users.create',
  'users.change',
  'users.delete',
  'users.changePassword',
  'users.changeSecondFactor',
  'users.resetSecondFactor',
  'users.createGroup',
  'users.changeGroup',
  'users.deleteGroup',
  'users.addToGroup',
  'users.takeFromGroup',
  'access.grant',
  'access.revoke',
  'access.refused',
  'access.markPrivate',
  'mailboxes.create',
  'mailboxes.change',
  'mailboxes.delete',
  'mailboxes.moveMessage',
  'mailboxes.renameFolder',
  'mailboxes.removeFolders',
  'endpoints.create',
  'endpoints.change',
  'endpoints.rotate',
  'endpoints.delete',
  'profiles.create',
  'profiles.change',
  'profiles.delete',
  'approvals.approve',
  'approvals.reject',
  'jobs.start',
  'jobs.run',
  'jobs.cancel',
  'jobs.replay',
  'apiKeys.create',
  'apiKeys.change',
  'apiKeys.delete',
  'auditors.create',
  'auditors.change',
  'auditors.delete',
  'holds.create',
  'holds.change',
  'holds.release',
  'requests.create',
  'requests.change',
  'requests.find',
  'requests.choose',
  'requests.approve',
  'requests.resume',
  'requests.close',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** `read.view` → `read`. */
type CategoryOf<Action extends string> = Action extends `${infer Category}.${string}` ? Category : never;
export type AuditCategory = CategoryOf<AuditAction>;

export const AUDIT_CATEGORIES: readonly AuditCategory[] = [...new Set(AUDIT_ACTIONS.map(categoryOf))];

/** Who did it; empty where nobody is known. The name of a failed sign-in is the one that was claimed. */
export interface AuditActor {
  readonly userName?: string;
  /** Never given to anybody else, unlike the name. */
  readonly userId?: string;
  readonly apiKeyId?: string;
  /** The system itself: the function that acted. */
  readonly system?: string;
  readonly auditor?: true;
}

interface AuditObject {
  /** `message`, `mailbox`, `user`, … */
  readonly kind: string;
  readonly id: string;
}

/** `denied`: refused to whoever asked. `failed`: it could not be done, or not as it was asked. */
type AuditOutcome = 'done' | 'denied' | 'failed';

/** Fields of a setting or object, as JSON: never a secret. */
export type AuditState = { readonly [field: string]: unknown };

/** One entry of the audit trail: ids, names and codes, never mail content. */
export interface AuditEvent {
  /** Begins with its time. */
  readonly eventId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: AuditActor;
  /** Network address it came from; empty for the system's own. */
  readonly source: string;
  readonly action: AuditAction;
  readonly object?: AuditObject;
  readonly outcome: AuditOutcome;
  /** Why, where it was not `done`: the code of the error. */
  readonly code?: string;
  /** The fields that a change touched, as they were and as they became. */
  readonly before?: AuditState;
  readonly after?: AuditState;
  readonly detail?: { readonly [name: string]: string | number | boolean };
}

export function categoryOf<Action extends AuditAction>(action: Action): AuditCategory {
  // The type says what the text before the point can be; `split` cannot.
  return action.split('.')[0] as AuditCategory;
}

/** Whether an event is recorded while the categories in `off` are switched off: some are whatever is. */
export function isRecorded({ action, actor }: Pick<AuditEvent, 'action' | 'actor'>, off: readonly string[]): boolean {
  if (
    action === 'settings.compliance' ||
    action === 'settings.deletion' ||
    action === 'settings.audit' ||
    actor.auditor
  )
    return true;
  const category = categoryOf(action);
  return (
    category === 'deletion' ||
    category === 'retention' ||
    category === 'auditors' ||
    category === 'holds' ||
    category === 'requests' ||
    !off.includes(category)
  );
}

/** The fields that differ, as they were and as they became; both absent where none does. */
export function changesBetween(
  before: AuditState | undefined,
  after: AuditState | undefined,
): Pick<AuditEvent, 'before' | 'after'> {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = names.filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
  const partOf = (state: AuditState) =>
    Object.fromEntries(changed.filter((name) => state[name] !== undefined).map((name) => [name, state[name]]));
  return changed.length === 0
    ? {}
    : { ...(before ? { before: partOf(before) } : {}), ...(after ? { after: partOf(after) } : {}) };
}
