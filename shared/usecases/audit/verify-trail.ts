import { auditDay, type ChainHead, type CheckpointReference } from '../../domain/audit-chain.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import type { AuditReport } from './audit-findings.ts';
import { CHECKPOINT_KEY, chainPartition } from './audit-keys.ts';
import { listLeftBatches } from './restore-audit-index.ts';
import { verifyAudit } from './verify-audit.ts';

const DAY_MS = 24 * 60 * 60_000;

/**
 * Verifies the trail in the archive bucket against itself and against what the tables know of it, which is newer than
 * the last checkpoint. Lists what a crash left unlisted.
 */
export async function verifyTrail(ports: Pick<Ports, 'archive' | 'tables' | 'clock' | 'logs'>): Promise<AuditReport> {
  const now = ports.clock.now();
  await listLeftBatches(ports, now);
  const item = await ports.tables.get('activity', CHECKPOINT_KEY);
  return await verifyAudit(ports.archive, {
    ...(item ? { checkpoint: typed<CheckpointReference>(item).data } : {}),
    chainsOf: (day) => chainsOf(ports, day),
    days: [auditDay(new Date(now.getTime() - DAY_MS)), auditDay(now)],
  });
}

async function* chainsOf(ports: Pick<Ports, 'tables'>, day: string): AsyncIterable<ChainHead> {
  for await (const item of queryAll(ports, 'activity', chainPartition(day))) yield typed<ChainHead>(item).data;
}
