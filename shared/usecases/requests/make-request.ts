import type { MessageScope, SettledScope } from '../../domain/message-scope.ts';
import type { DataRequest, RequestAction, RequestKind } from '../../domain/requests/data-request.ts';
import { usualDueAt } from '../../domain/requests/due-at.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import { leavesOutOnly } from '../../search/query/leaves-out-only.ts';
import { newJobId, startJob } from '../jobs/jobs.ts';
import type { AddressBook } from '../mailboxes/address-book.ts';
import { newId } from '../new-id.ts';
import { scopeQuery } from '../scopes/scope-query.ts';
import { settleScope } from '../scopes/settle-scope.ts';
import { createRequest, unfinishedRequests } from './request-book.ts';
import type { RequestJobCheckpoint, RequestPorts } from './request-job.ts';

/** Stops a program that makes one request after the other: each is looked at every day until it is closed. */
const MAX_UNFINISHED = 1_000;
/** The same, of one person who is no administrator. */
const MAX_OWN_UNFINISHED = 20;

export interface NewRequest {
  readonly kind: RequestKind;
  readonly name: string;
  readonly reference?: string;
  readonly reason: string;
  readonly scope: MessageScope;
  /** Left out: `purge`, `remove` for a person's own, `keep` for access; nothing else is possible for the latter two. */
  readonly action?: RequestAction;
  /** Left out: see `usualDueAt`. */
  readonly dueAt?: string;
  /** User name. */
  readonly createdBy: string;
  /** Only of `bulk-deletion`: the id of a user who may read and delete in all of `scope.mailboxes`; whoever calls has asked. */
  readonly ownedBy?: string;
}

/** What making requests works with. */
interface RequestDesk {
  readonly ports: RequestPorts;
  readonly addresses: Pick<AddressBook, 'all'>;
}

/**
 * Makes a request and starts the job that finds its messages. Throws `InvalidRequestError` for a scope that names
 * nothing, everything, or what is not there, and for an action that its kind does not have; `QueryTooLongError`;
 * `ConflictError` where there are too many that are not closed.
 */
export async function makeRequest({ ports, addresses }: RequestDesk, wanted: NewRequest): Promise<DataRequest> {
  const { kind, ownedBy, scope } = wanted;
  const fault = scopeFaultOf(wanted);
  if (fault !== undefined) throw new InvalidRequestError(fault);
  await checkCount(ports, wanted);
  const own = scope.mailboxes ?? [];
  const settled = await settleScope(
    {
      ports,
      // What a query names beyond their own is as unknown to them as what there is not.
      addresses: {
        all: async () => {
          const all = await addresses.all();
          return ownedBy === undefined ? all : all.filter(({ mailboxId }) => own.includes(mailboxId));
        },
      },
    },
    scope,
  );
  if (isUnbounded(settled)) {
    throw new InvalidRequestError(
      'scope.query: says only what is left out; name what it is about, or mailboxes beside it',
    );
  }
  const { name, reference, reason, createdBy } = wanted;
  const dueAt = wanted.dueAt ?? usualDueAt(kind, settled.createdAt);
  const jobId = newJobId(ports);
  const request: DataRequest = {
    requestId: newId(ports, kind),
    kind,
    name,
    ...(reference === undefined ? {} : { reference }),
    reason,
    ...settled,
    action: actionOf(wanted),
    ...(ownedBy === undefined ? {} : { ownedBy }),
    state: 'finding',
    createdBy,
    ...(dueAt === undefined ? {} : { dueAt }),
    jobIds: [jobId],
  };
  await createRequest(ports, request);
  const checkpoint: RequestJobCheckpoint = { requestId: request.requestId };
  await startJob(ports, 'find-messages', { jobId, checkpoint });
  return request;
}

function scopeFaultOf({ kind, ownedBy, scope }: NewRequest): string | undefined {
  if (scope.everything) return 'scope: a request is about something, not about everything';
  if (Object.keys(scope).length === 0) return 'scope: name addresses, mailboxes, a period or a query';
  if (ownedBy === undefined) return undefined;
  if (kind !== 'bulk-deletion') return 'only bulk deletions are made for oneself';
  if (!scope.mailboxes?.length) return 'scope.mailboxes: name the mailboxes to delete from';
  // With mailboxes they would widen it: to all of those, and what these people sent and got.
  return scope.addresses
    ? 'scope.addresses: name people in the query instead, such as from:name@example.org'
    : undefined;
}

/** Whether it is about nearly all mail: a query of nothing but `-word`, and neither custodians nor a period. */
function isUnbounded(settled: SettledScope): boolean {
  const { from, to } = settled.scope;
  return from === undefined && to === undefined && leavesOutOnly(scopeQuery(settled));
}

/** Throws `InvalidRequestError`. */
function actionOf({ kind, ownedBy, action }: NewRequest): RequestAction {
  const only = kind === 'access' ? 'keep' : ownedBy === undefined ? undefined : 'remove';
  if (only !== undefined && action !== undefined && action !== only) {
    throw new InvalidRequestError(`action: only ${only} is possible here`);
  }
  if (only === undefined && action === 'keep') throw new InvalidRequestError('action: purge or remove');
  return only ?? action ?? 'purge';
}

async function checkCount(ports: RequestPorts, { kind, ownedBy }: NewRequest): Promise<void> {
  let all = 0;
  let own = 0;
  for await (const request of unfinishedRequests(ports, kind)) {
    all += 1;
    if (ownedBy !== undefined && request.ownedBy === ownedBy) own += 1;
  }
  if (all >= MAX_UNFINISHED)
    throw new ConflictError(`there are ${MAX_UNFINISHED} open requests; close some of them first`);
  if (own >= MAX_OWN_UNFINISHED)
    throw new ConflictError(`you have ${MAX_OWN_UNFINISHED} open requests; close some first`);
}
