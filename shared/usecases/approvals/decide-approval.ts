import { type Approval, stateAt } from '../../domain/approval.ts';
import type { Caller } from '../../domain/session.ts';
import type { User } from '../../domain/user.ts';
import { ArchiveError, ConflictError, ForbiddenError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { findPrincipalById } from '../identity/principals.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { sealedKey } from './approval-keys.ts';
import { approvalItem } from './find-approvals.ts';
import { openBody } from './sealed-body.ts';

type DecidePorts = Pick<Ports, 'tables' | 'log' | 'clock' | 'secrets'>;

/** How long an execution may take before somebody else may take it up: whoever was at it has died. */
const CLAIM_MS = 60_000;

/** Makes the approved request, in the name of who asked for it; `body` has its secrets. */
export type Execute<Result> = (approval: Approval, requester: User, body: unknown) => Promise<Result>;

/**
 * Approves, and has the request executed, once: of several approvers one claims it. Approving again what one
 * has approved is fine and does nothing. An execution that died is taken up by the next approval after a minute, so
 * executions must bear repetition. Throws `NotFoundError`; `ForbiddenError` for one's own request or an approver who
 * is no active administrator; `ConflictError` where it was decided, has expired, or who asked is no administrator any
 * more; and what the execution throws, which then has `failed` unless the same may succeed later.
 */
export async function approve<Result>(
  ports: DecidePorts,
  approver: Caller,
  approvalId: string,
  execute: Execute<Result>,
): Promise<{ readonly approval: Approval; readonly result?: Result }> {
  const item = await approvalItem(ports, approvalId);
  if (item.data.requestedBy.userId === approver.userId) throw new ForbiddenError('nobody approves their own request');
  await activeAdministrator(ports, approver.userId, 'approver');
  if (item.data.state === 'executed' && item.data.decidedBy?.userId === approver.userId) return { approval: item.data };
  refuseDecided(item.data, ports.clock.now());

  const claimed = await claim(ports, item, approver);
  try {
    const { userId } = claimed.data.requestedBy;
    const requester = await activeAdministrator(ports, userId, 'requester');
    const result = await execute(claimed.data, requester, await bodyOf(ports, claimed.data));
    return { approval: await settle(ports, claimed, { state: 'executed' }), result };
  } catch (error) {
    const isRetryable = error instanceof ArchiveError && error.retryable;
    const failure = error instanceof ArchiveError ? error.code : 'internal';
    // Where this fails as well, the claim lapses by itself.
    await settle(ports, claimed, isRetryable ? { state: 'pending' } : { state: 'failed', failure }).catch(
      () => undefined,
    );
    throw error;
  }
}

/**
 * Rejects; whoever asked may withdraw their own. Rejecting again is fine. Throws `NotFoundError`, `ForbiddenError`
 * and `ConflictError`.
 */
export async function reject(ports: DecidePorts, caller: Caller, approvalId: string): Promise<Approval> {
  const item = await approvalItem(ports, approvalId);
  await activeAdministrator(ports, caller.userId, 'approver');
  if (item.data.state === 'rejected') return item.data;
  refuseDecided(item.data, ports.clock.now());
  return await settle(ports, { ...item, data: decided(ports, item.data, caller) }, { state: 'rejected' });
}

function refuseDecided(approval: Approval, now: Date): void {
  const state = stateAt(approval, now);
  if (state === 'pending') return;
  if (state === 'executing' && (approval.claimedUntil ?? '') <= now.toISOString()) return;
  throw new ConflictError(`approval ${approval.approvalId} is ${state} already`);
}

async function claim(ports: DecidePorts, item: Item<Approval>, approver: Caller): Promise<Item<Approval>> {
  const claimedUntil = new Date(ports.clock.now().getTime() + CLAIM_MS).toISOString();
  const { decidedAt } = item.data;
  const data: Approval = {
    ...decided(ports, item.data, approver),
    // The first time stands: what the execution names by it is then the same at every try.
    ...(decidedAt === undefined ? {} : { decidedAt }),
    state: 'executing',
    claimedUntil,
  };
  const current = { ...item, data: dataOf(item.data) };
  return typed<Approval>(await replaceLogged(ports, 'activity', current, { data: dataOf(data) }));
}

function decided({ clock }: DecidePorts, approval: Approval, { userId, userName }: Caller): Approval {
  return { ...approval, decidedBy: { userId, userName }, decidedAt: clock.now().toISOString() };
}

async function settle(
  ports: DecidePorts,
  item: Item<Approval>,
  end: Pick<Approval, 'state' | 'failure'>,
): Promise<Approval> {
  const { claimedUntil: _claimed, ...rest } = item.data;
  const approval: Approval = { ...rest, ...end };
  const current = { ...item, data: dataOf(item.data) };
  await replaceLogged(ports, 'activity', current, { data: dataOf(approval) });
  if (end.state !== 'pending') await forgetSecrets(ports, approval.approvalId);
  return approval;
}

/** The user, read afresh; throws where they are gone, disabled or no administrator. */
async function activeAdministrator(ports: DecidePorts, userId: string, who: 'approver' | 'requester'): Promise<User> {
  const user = (await findPrincipalById(ports, userId))?.principal;
  if (user?.kind === 'user' && !user.disabled && user.privileges.includes('admin')) return user;
  if (who === 'approver') throw new ForbiddenError('approving takes an active administrator');
  throw new ConflictError('whoever asked for this is no active administrator any more');
}

async function bodyOf(ports: DecidePorts, { approvalId, request, isSealed }: Approval): Promise<unknown> {
  if (!isSealed) return request.body;
  const item = await ports.tables.get('activity', sealedKey(approvalId));
  if (!item) throw new ConflictError('the secrets of this request are gone; ask anew');
  return await openBody(ports, approvalId, typed<{ readonly sealed: string }>(item).data.sealed);
}

async function forgetSecrets({ tables }: DecidePorts, approvalId: string): Promise<void> {
  const key = sealedKey(approvalId);
  const item = await tables.get('activity', key);
  if (item) await tables.deleteIfVersion('activity', key, item.version);
}
