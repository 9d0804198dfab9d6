import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { CheckpointReference } from '../../shared/domain/audit-chain.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { anchorAudit } from '../../shared/usecases/audit/anchor-audit.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** Writes down how far the audit trail has come, on a schedule. Safe to invoke at any time, also twice at once. */
export function createHandler(ports: Pick<Ports, 'archive' | 'tables' | 'clock' | 'logs'>) {
  return middy(async (_event: ScheduledEvent): Promise<CheckpointReference> => await anchorAudit(ports)).use(
    invocationLog(ports.logs, 'anchor-audit'),
  );
}
