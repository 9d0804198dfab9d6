import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import { askForKey } from '../../shared/usecases/deletion/signing-key.ts';
import { startDailyRetention } from '../../shared/usecases/deletion/start-retention.ts';
import { startDueHoldJob } from '../../shared/usecases/holds/start-due-hold-job.ts';
import { startDueExtendJob } from '../../shared/usecases/locks/start-extend-job.ts';
import { SWEEP_AFTER_MS, type SweepCounts, sweep } from '../../shared/usecases/maintenance/sweep.ts';
import { startDueRequests } from '../../shared/usecases/requests/start-due-requests.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/**
 * Takes up what crashes left, and starts the daily jobs, on a schedule: retention, approved requests, what locks what
 * is held, and, where storage locks what policies keep, what extends locks; has the key of certificates published.
 * Safe to invoke at any time, also twice at once.
 */
export function createHandler(
  ports: Pick<Ports, 'intake' | 'tables' | 'queue' | 'log' | 'clock' | 'entropy' | 'logs'>,
  { extendsLocks = false }: { readonly extendsLocks?: boolean } = {},
) {
  return middy(async (_event: ScheduledEvent): Promise<SweepCounts> => {
    await startDailyRetention(ports);
    await startDueRequests(ports);
    await askForKey(ports);
    const counts = await sweep(ports, new Date(ports.clock.now().getTime() - SWEEP_AFTER_MS));
    // Purges come again as a matter of course.
    const { unpurged: _unpurged, ...leftovers } = counts;
    if (Object.values(leftovers).some((count) => count > 0)) ports.logs.warn('sweep found leftovers', { ...counts });
    await startDueHoldJob(ports);
    // As a rule whoever changed a policy has started it.
    if (extendsLocks) await startDueExtendJob(ports);
    return counts;
  }).use(invocationLog(ports.logs, 'sweep'));
}
