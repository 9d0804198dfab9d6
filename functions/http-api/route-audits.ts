import type { AuditAction } from '../../shared/domain/audit-event.ts';
import type { Route } from './route.ts';

/** What is recorded of the requests of a route. */
export interface AuditedRoute {
  readonly action: AuditAction;
  /** What it is done to: a kind, and the field that has its id, of the path, else of the answer, else of the body. */
  readonly object?: readonly [kind: string, field: string];
  /** The field of the body that says who asks, where nobody is signed in. */
  readonly claims?: string;
  /** Parameters of the path and query, and fields of the answer, that are kept beside. */
  readonly detail?: readonly string[];
  /** The answer of the GET route of this path is compared before and after; these fields are left out. */
  readonly changes?: { readonly without: readonly string[] };
}

/** Why nothing is recorded of a route but refusals. */
interface UnauditedRoute {
  readonly none: string;
}

export type RouteAudit = AuditedRoute | UnauditedRoute;

const changes = { without: [] };
/** The address of an endpoint is a secret: whoever knows it could send mail into the archive. */
const endpointChanges = { without: ['address', 'lastArrivalAt', 'silentSince'] };
const user = ['user', 'userName'] as const;
const group = ['group', 'groupName'] as const;
const mailbox = ['mailbox', 'mailboxId'] as const;
const message = ['message', 'archiveId'] as const;
const endpoint = ['endpoint', 'endpointId'] as const;
const job = ['job', 'jobId'] as const;
const retentionPolicy = ['retentionPolicy', 'policyId'] as const;
const savedSearch = ['savedSearch', 'savedSearchId'] as const;
const legalHold = ['legalHold', 'holdId'] as const;
const request = ['request', 'requestId'] as const;

const own = { none: 'tells callers about themselves' };
const configuration = { none: 'shows the configuration, no mail' };
const operation = { none: 'shows how the system runs, no mail' };

/** Requests of one kind: never what is searched for. */
function requestAudits(path: string): { readonly [route: string]: RouteAudit } {
  return {
    [`POST ${path}`]: { action: 'requests.create', object: request, detail: ['name', 'reference'] },
    [`GET ${path}`]: configuration,
    [`GET ${path}/{requestId}`]: configuration,
    [`PATCH ${path}/{requestId}`]: {
      action: 'requests.change',
      object: request,
      changes: { without: ['scope', 'state', 'found', 'quarantineLeft', 'results', 'jobIds', 'lastJob'] },
    },
    [`POST ${path}/{requestId}/find`]: { action: 'requests.find', object: request, detail: ['jobId'] },
    [`GET ${path}/{requestId}/messages`]: { action: 'read.list', object: request },
    [`PATCH ${path}/{requestId}/messages/{archiveId}`]: {
      action: 'requests.choose',
      object: message,
      detail: ['requestId', 'action'],
    },
    [`POST ${path}/{requestId}/close`]: { action: 'requests.close', object: request, detail: ['closeReason'] },
  };
}

const resumeRequest: RouteAudit = { action: 'requests.resume', object: request, detail: ['jobId'] };
const approveRequest: RouteAudit = { action: 'requests.approve', object: request, detail: ['jobId'] };

/** What each route of the API records; a route without a row fails the test that walks them. */
const ROUTE_AUDITS: { readonly [route: string]: RouteAudit } = {
  'GET /health': operation,
  'GET /info': operation,
  'GET /metrics': operation,
  'GET /openapi.json': operation,
  'POST /sessions': { action: 'signIn.begin', object: user, claims: 'userName' },
  'GET /sessions': own,
  'DELETE /sessions': { action: 'signIn.end', detail: ['user'] },
  'DELETE /sessions/{sessionId}': { action: 'signIn.end', object: ['session', 'sessionId'] },
  'GET /me': own,
  'PUT /me/password': { action: 'users.changePassword', object: user },
  'GET /me/otp': own,
  'POST /me/otp': { action: 'users.changeSecondFactor', object: user },
  'POST /me/otp/confirm': { action: 'users.changeSecondFactor', object: user },
  'DELETE /me/otp': { action: 'users.changeSecondFactor', object: user },
  'DELETE /users/{userName}/otp': { action: 'users.resetSecondFactor', object: user },
  'POST /api-keys': { action: 'apiKeys.create', object: ['apiKey', 'apiKeyId'] },
  'GET /api-keys': own,
  'DELETE /api-keys/{apiKeyId}': { action: 'apiKeys.delete', object: ['apiKey', 'apiKeyId'] },
  'POST /profiles/test': { none: 'reads no mail and keeps nothing' },
  'POST /profiles': { action: 'profiles.create', object: ['profile', 'profileId'] },
  'GET /profile-presets': configuration,
  'GET /profiles': configuration,
  'GET /profiles/{profileId}': configuration,
  'PATCH /profiles/{profileId}': {
    action: 'profiles.change',
    object: ['profile', 'profileId'],
    changes: { without: ['lastRunAt', 'lastJobId', 'nextRunAt'] },
  },
  'DELETE /profiles/{profileId}': { action: 'profiles.delete', object: ['profile', 'profileId'], changes },
  'POST /profiles/{profileId}/jobs': { action: 'jobs.start', object: job, detail: ['profileId'] },
  'POST /jobs/{jobId}/cancel': { action: 'jobs.cancel', object: job },
  'POST /groups': { action: 'users.createGroup', object: group },
  'GET /groups': configuration,
  'GET /groups/{groupName}': configuration,
  'PATCH /groups/{groupName}': { action: 'users.changeGroup', object: group, changes },
  'DELETE /groups/{groupName}': { action: 'users.deleteGroup', object: group, changes },
  'GET /groups/{groupName}/members': configuration,
  'PUT /groups/{groupName}/members/{member}': { action: 'users.addToGroup', object: group, detail: ['member'] },
  'DELETE /groups/{groupName}/members/{member}': { action: 'users.takeFromGroup', object: group, detail: ['member'] },
  'POST /users': { action: 'users.create', object: user },
  'GET /users': configuration,
  'GET /users/{userName}': configuration,
  'PATCH /users/{userName}': { action: 'users.change', object: user, changes },
  'DELETE /users/{userName}': { action: 'users.delete', object: user, changes },
  'POST /domains': { action: 'settings.addDomain', object: ['domain', 'domain'] },
  'GET /domains': configuration,
  'GET /domains/{domain}': configuration,
  'DELETE /domains/{domain}': { action: 'settings.removeDomain', object: ['domain', 'domain'] },
  'POST /mailboxes': { action: 'mailboxes.create', object: mailbox },
  'GET /mailboxes': configuration,
  'GET /mailboxes/{mailboxId}': configuration,
  'PATCH /mailboxes/{mailboxId}': { action: 'mailboxes.change', object: mailbox, changes },
  'DELETE /mailboxes/{mailboxId}': { action: 'mailboxes.delete', object: mailbox, changes },
  'GET /mailboxes/{mailboxId}/folders': { action: 'read.list', object: mailbox },
  'POST /mailboxes/{mailboxId}/folders/rename': {
    action: 'mailboxes.renameFolder',
    object: mailbox,
    // From and to are noted as it is asked.
    detail: ['messages', 'jobId'],
  },
  'DELETE /mailboxes/{mailboxId}/folders': { action: 'mailboxes.removeFolders', object: mailbox },
  'PATCH /messages/{archiveId}/filings': {
    action: 'mailboxes.moveMessage',
    object: message,
    detail: ['mailbox', 'from', 'to'],
  },
  'GET /mailboxes/{mailboxId}/messages': { action: 'read.list', object: mailbox, detail: ['folder'] },
  'GET /mailboxes/{mailboxId}/access': configuration,
  'GET /mailboxes/{mailboxId}/access/{principal}': configuration,
  'PUT /mailboxes/{mailboxId}/access/{principal}': {
    action: 'access.grant',
    object: mailbox,
    detail: ['principal'],
    changes,
  },
  'DELETE /mailboxes/{mailboxId}/access/{principal}': {
    action: 'access.revoke',
    object: mailbox,
    detail: ['principal'],
    changes,
  },
  'GET /messages/{archiveId}': { action: 'read.view', object: message, detail: ['contentBlocked'] },
  'DELETE /messages/{archiveId}': { action: 'deletion.message', object: message, detail: ['mailbox', 'folder'] },
  'GET /messages/{archiveId}/raw': { action: 'read.raw', object: message, detail: ['rendition'] },
  'GET /messages/{archiveId}/attachments/{index}': { action: 'read.attachment', object: message, detail: ['index'] },
  'GET /messages/{archiveId}/arrivals': { action: 'read.list', object: message },
  'GET /messages/{archiveId}/arrivals/{arrivalId}/raw': {
    action: 'read.arrival',
    object: message,
    detail: ['arrivalId'],
  },
  'POST /journal-endpoints': { action: 'endpoints.create', object: endpoint },
  'GET /journal-endpoints': configuration,
  'GET /journal-endpoints/{endpointId}': configuration,
  'PATCH /journal-endpoints/{endpointId}': { action: 'endpoints.change', object: endpoint, changes: endpointChanges },
  'DELETE /journal-endpoints/{endpointId}': { action: 'endpoints.delete', object: endpoint, changes: endpointChanges },
  'POST /journal-endpoints/{endpointId}/rotate': { action: 'endpoints.rotate', object: endpoint },
  'GET /journal-endpoints/{endpointId}/arrivals': { action: 'read.list', object: endpoint },
  'GET /quarantine': operation,
  'GET /quarantine/{id}/raw': { action: 'read.quarantine', object: ['quarantine', 'id'] },
  'DELETE /quarantine/{id}': { action: 'deletion.quarantine', object: ['quarantine', 'id'] },
  'POST /quarantine/{id}/replay': { action: 'jobs.replay', object: ['quarantine', 'id'], detail: ['outcome'] },
  'GET /completeness': operation,
  'POST /mailboxes/{mailboxId}/completeness-reports': { action: 'jobs.start', object: job, detail: ['mailboxId'] },
  'GET /mailboxes/{mailboxId}/completeness-reports/{jobId}': {
    action: 'read.list',
    object: mailbox,
    detail: ['jobId'],
  },
  'GET /mailboxes/{mailboxId}/completeness-reports/{jobId}/messages': {
    action: 'read.list',
    object: mailbox,
    detail: ['jobId', 'kind', 'format'],
  },
  'GET /jobs': operation,
  'GET /jobs/{jobId}': operation,
  'GET /jobs/{jobId}/log': operation,
  'POST /maintenance/extend-locks': { action: 'jobs.start', object: job },
  'POST /maintenance/rebuild': { action: 'jobs.start', object: job },
  'POST /maintenance/reindex': { action: 'jobs.start', object: job },
  'POST /maintenance/retention': { action: 'jobs.start', object: job },
  'GET /jobs/{jobId}/certificate': { action: 'deletion.certificate', object: job },
  'GET /certificates': { action: 'deletion.certificate' },
  'GET /certificates/key': configuration,
  'POST /maintenance/sweep': { action: 'jobs.start', object: job },
  'POST /maintenance/verify': { action: 'jobs.start', object: job },
  // What was asked, and of how many mailboxes, is noted as it is answered.
  'GET /search': { action: 'search.query' },
  'POST /search': { action: 'search.query' },
  // Not what is searched for, before or after, either.
  'POST /saved-searches': { action: 'search.save', object: savedSearch, detail: ['shared'] },
  'GET /saved-searches': own,
  'GET /saved-searches/{savedSearchId}': { none: 'shows what is searched for, no mail' },
  'PATCH /saved-searches/{savedSearchId}': { action: 'search.changeSaved', object: savedSearch, detail: ['shared'] },
  'DELETE /saved-searches/{savedSearchId}': { action: 'search.deleteSaved', object: savedSearch },
  'PUT /messages/{archiveId}/private': { action: 'access.markPrivate', object: message, detail: ['mailboxId'] },
  'DELETE /messages/{archiveId}/private': { action: 'access.markPrivate', object: message, detail: ['mailboxId'] },
  'GET /me/notices': own,
  'POST /me/notices/{noticeId}/read': own,
  'POST /auditors': { action: 'auditors.create', object: user },
  'GET /auditors': configuration,
  'GET /auditors/{auditorName}': configuration,
  'DELETE /auditors/{auditorName}': { action: 'auditors.delete', object: ['user', 'auditorName'], changes },
  'POST /auditors/{auditorName}/private-mail': {
    action: 'auditors.change',
    object: ['user', 'auditorName'],
    detail: ['archiveId', 'mailboxId'],
  },
  'GET /approvals': configuration,
  'GET /approvals/{approvalId}': configuration,
  'POST /approvals/{approvalId}/approve': {
    action: 'approvals.approve',
    object: ['approval', 'approvalId'],
    detail: ['action', 'requestedBy', 'state'],
  },
  'POST /approvals/{approvalId}/reject': {
    action: 'approvals.reject',
    object: ['approval', 'approvalId'],
    detail: ['action', 'requestedBy'],
  },
  'GET /settings/new-users': configuration,
  'PUT /settings/new-users': { action: 'settings.newUsers', changes },
  'GET /settings/search': configuration,
  'PUT /settings/search': { action: 'settings.search', changes },
  'GET /settings/deletion': configuration,
  'PUT /settings/deletion': { action: 'settings.deletion', changes },
  'GET /settings/sign-in': configuration,
  'PUT /settings/sign-in': { action: 'settings.signIn', changes },
  'GET /settings/notifications': configuration,
  'PUT /settings/notifications': { action: 'settings.notifications', changes },
  'GET /compliance': configuration,
  'PUT /compliance': { action: 'settings.compliance', changes },
  // Not what is searched for.
  'POST /legal-holds': { action: 'holds.create', object: legalHold, detail: ['name', 'matter'] },
  'GET /legal-holds': configuration,
  'GET /legal-holds/{holdId}': configuration,
  'PATCH /legal-holds/{holdId}': { action: 'holds.change', object: legalHold, changes: { without: ['scope'] } },
  'POST /legal-holds/{holdId}/release': {
    action: 'holds.release',
    object: legalHold,
    detail: ['name', 'releaseReason'],
  },
  'POST /legal-holds/{holdId}/jobs': { action: 'jobs.start', object: job, detail: ['holdId'] },
  'GET /legal-holds/{holdId}/messages': { action: 'read.list', object: legalHold },
  'GET /legal-holds/{holdId}/quarantine': { action: 'read.list', object: legalHold },
  ...requestAudits('/erasure-requests'),
  'POST /erasure-requests/{requestId}/approve': approveRequest,
  'POST /erasure-requests/{requestId}/resume': resumeRequest,
  'GET /erasure-requests/{requestId}/quarantine': { action: 'read.list', object: request },
  ...requestAudits('/access-requests'),
  'GET /access-requests/{requestId}/quarantine': { action: 'read.list', object: request },
  'POST /access-requests/{requestId}/export': { action: 'export.start', object: request, detail: ['jobId'] },
  'GET /access-requests/{requestId}/export': { none: 'says how many messages and bytes there are' },
  'GET /access-requests/{requestId}/export/{part}': { action: 'export.download', object: request, detail: ['part'] },
  ...requestAudits('/bulk-deletions'),
  'POST /bulk-deletions/{requestId}/approve': approveRequest,
  'POST /bulk-deletions/{requestId}/resume': resumeRequest,
  'GET /audit-settings': configuration,
  'PUT /audit-settings': { action: 'settings.audit', changes },
  'POST /retention-policies': { action: 'retention.createPolicy', object: retentionPolicy },
  'GET /retention-policies': configuration,
  'POST /retention-policies/preview': { action: 'retention.preview', object: job },
  'GET /retention-policies/preview': configuration,
  'GET /retention-policies/{policyId}': configuration,
  'GET /retention-policies/{policyId}/versions': configuration,
  'PATCH /retention-policies/{policyId}': { action: 'retention.changePolicy', object: retentionPolicy, changes },
  'DELETE /retention-policies/{policyId}': { action: 'retention.retirePolicy', object: retentionPolicy, changes },
  'GET /messages/{archiveId}/retention': { action: 'read.retention', object: message },
  'GET /audit-events': {
    action: 'read.auditEvents',
    detail: ['from', 'to', 'user', 'object', 'category', 'format'],
  },
};

/** `GET /users/{userName}`. */
export function routeName({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}

/** What a route records; `undefined` where nobody said so yet. */
export function auditOf(route: Pick<Route, 'method' | 'path'>): RouteAudit | undefined {
  return ROUTE_AUDITS[routeName(route)];
}

/** The routes that have a row. */
export function auditedRoutes(): readonly string[] {
  return Object.keys(ROUTE_AUDITS);
}
