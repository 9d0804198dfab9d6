import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { AuditReceiver } from '../../shared/ports/audit-receiver.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { forwardAudit } from '../../shared/usecases/audit/forward-audit.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** Tells another system of audit events, on a schedule. Twice at once, it tells some twice. */
export function createHandler(ports: Pick<Ports, 'archive' | 'tables' | 'clock' | 'logs'>, receiver: AuditReceiver) {
  return middy(async (_event: ScheduledEvent): Promise<number> => await forwardAudit(ports, receiver)).use(
    invocationLog(ports.logs, 'forward-audit'),
  );
}
