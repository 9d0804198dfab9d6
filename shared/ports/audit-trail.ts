import type { AuditEvent } from '../domain/audit-event.ts';

/** The trail of who did what, which only grows. */
export interface AuditTrail {
  /**
   * Throws `StorageError` while events of earlier calls are not durable and cannot be made so: what is to be audited
   * must not begin then.
   */
  ready(): Promise<void>;
  /**
   * Durable and listed before it resolves; calls at the same time share an object. Throws `StorageError`: the event is
   * kept in memory then, and written before `ready` resolves again.
   */
  append(event: AuditEvent): Promise<void>;
}
