import type { AuditEvent } from '../domain/audit-event.ts';

/** A system elsewhere that is told of audit events. */
export interface AuditReceiver {
  /** Resolves once the receiver has taken all; throws `ReceiverError` where that is not known, and they come again. */
  deliver(events: readonly AuditEvent[]): Promise<void>;
}
