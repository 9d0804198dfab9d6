import type { ItemKey } from '../../ports/tables.ts';

/** The partition of approvals in the table `activity`; ids begin with their time. */
export const APPROVALS = 'approval';

/** The sealed body of a request that has secrets in it. */
export function sealedKey(approvalId: string): ItemKey {
  return { pk: `approval-body#${approvalId}`, sk: '-' };
}
