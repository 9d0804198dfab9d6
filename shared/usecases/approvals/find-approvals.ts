import { type Approval, type ApprovalState, stateAt } from '../../domain/approval.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { APPROVALS } from './approval-keys.ts';

/** Throws `NotFoundError`. */
export async function approvalItem(ports: Pick<Ports, 'tables'>, approvalId: string): Promise<Item<Approval>> {
  const item = await getLogged(ports, 'activity', { pk: APPROVALS, sk: approvalId });
  if (!item) throw new NotFoundError(`approval ${approvalId}`);
  return typed<Approval>(item);
}

/** Newest first; of one state where one is given. */
export function listApprovals(
  ports: Pick<Ports, 'tables' | 'clock'>,
  { state, ...page }: PageRequest & { readonly state?: ApprovalState },
): Promise<ListPage<Approval>> {
  const now = ports.clock.now();
  return listPage(ports, { table: 'activity', pk: APPROVALS, newestFirst: true }, page, (item) => {
    const approval = typed<Approval>(item).data;
    return state === undefined || stateAt(approval, now) === state ? approval : undefined;
  });
}
