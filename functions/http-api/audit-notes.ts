import type { AuditEvent } from '../../shared/domain/audit-event.ts';
import type { Caller } from '../../shared/domain/session.ts';
import type { ApiRequest } from './api-request.ts';

/** What is learnt of a request while it is answered, for its audit event. */
interface AuditNotes {
  /** Once it is known. */
  caller?: Caller;
  /** Beside what the declaration of the route takes; ids, names and numbers only. */
  detail?: NonNullable<AuditEvent['detail']>;
}

const notes = new WeakMap<ApiRequest, AuditNotes>();

/** The notes on a request; whoever answers it adds to them. */
export function auditNotes(request: ApiRequest): AuditNotes {
  const known = notes.get(request);
  if (known) return known;
  const fresh: AuditNotes = {};
  notes.set(request, fresh);
  return fresh;
}
