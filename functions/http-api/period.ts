import { InvalidRequestError } from '../../shared/errors.ts';
import type { Period } from './reading.ts';

/** The period of a query, `from` inclusive, `to` exclusive. Throws `InvalidRequestError` where it ends before it begins. */
export function periodOf(query: { readonly from?: string | undefined; readonly to?: string | undefined }): Period {
  const from = query.from === undefined ? undefined : new Date(query.from);
  const to = query.to === undefined ? undefined : new Date(query.to);
  if (from && to && to < from) throw new InvalidRequestError('to: lies before from');
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}
