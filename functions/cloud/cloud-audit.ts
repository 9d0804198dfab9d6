import { cryptoEntropy } from '../../shared/adapters/system/crypto-entropy.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import type { AuditTrail } from '../../shared/ports/audit-trail.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { ObjectAuditTrail } from '../../shared/usecases/audit/object-audit-trail.ts';

/** The audit trail as this process continues it: a chain of its own. */
export function cloudAudit(ports: Pick<Ports, 'archive' | 'tables'>): AuditTrail {
  return new ObjectAuditTrail({ ...ports, clock: systemClock, entropy: cryptoEntropy });
}
