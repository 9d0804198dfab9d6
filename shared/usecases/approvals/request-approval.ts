import { isDeepStrictEqual } from 'node:util';
import type { Approval, ApprovalRequest, SensitiveAction } from '../../domain/approval.ts';
import type { Caller } from '../../domain/session.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf } from '../item-data.ts';
import { createLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { APPROVALS, sealedKey } from './approval-keys.ts';
import { sealBody, withoutSecrets } from './sealed-body.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface WantedApproval {
  readonly action: SensitiveAction;
  /** With its secrets. */
  readonly request: ApprovalRequest;
  readonly pins: Approval['pins'];
  readonly requestedBy: Pick<Caller, 'userId' | 'userName'>;
  /** How long it waits. */
  readonly days: number;
}

/**
 * Keeps a request until a second administrator decides. Its secrets lie sealed beside it, outside the
 * log, until it is decided or expires.
 */
export async function requestApproval(
  ports: Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy' | 'secrets'>,
  { action, request, pins, requestedBy, days }: WantedApproval,
): Promise<Approval> {
  const now = ports.clock.now();
  const approvalId = newId(ports, 'approval');
  const expiresAt = new Date(now.getTime() + days * DAY_MS);
  const body = withoutSecrets(request.body);
  const hasSecrets = !isDeepStrictEqual(body, request.body);
  const { userId, userName } = requestedBy;
  const approval: Approval = {
    approvalId,
    action,
    request: { ...request, body },
    pins,
    requestedBy: { userId, userName },
    requestedAt: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
    state: 'pending',
    ...(hasSecrets ? { isSealed: true } : {}),
  };
  if (hasSecrets) {
    const sealed = await sealBody(ports, approvalId, request.body);
    const lapses = Math.ceil(expiresAt.getTime() / 1000);
    await ports.tables.put('activity', { ...sealedKey(approvalId), version: 1, expiresAt: lapses, data: { sealed } });
  }
  await createLogged(ports, 'activity', { pk: APPROVALS, sk: approvalId }, { data: dataOf(approval) });
  return approval;
}
