import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import { SWEEP_AFTER_MS, type SweepCounts, sweep } from '../../shared/usecases/maintenance/sweep.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** Takes up what crashes left, on a schedule. Safe to invoke at any time, also twice at once. */
export function createHandler(ports: Pick<Ports, 'intake' | 'tables' | 'queue' | 'log' | 'clock' | 'logs'>) {
  return middy(async (_event: ScheduledEvent): Promise<SweepCounts> => {
    const counts = await sweep(ports, new Date(ports.clock.now().getTime() - SWEEP_AFTER_MS));
    if (Object.values(counts).some((count) => count > 0)) ports.logs.warn('sweep found leftovers', { ...counts });
    return counts;
  }).use(invocationLog(ports.logs, 'sweep'));
}
