import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import { type WatchCounts, watchEndpoints } from '../../shared/usecases/endpoints/watch-endpoints.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/**
 * Looks whether the journal endpoints still receive what they usually do, on a schedule that invokes it every
 * `intervalMs`, an hour at most. Safe to invoke at any time, also twice at once.
 */
export function createHandler(
  ports: Pick<Ports, 'tables' | 'events' | 'clock' | 'logs'>,
  { intervalMs }: { readonly intervalMs: number },
) {
  return middy(async (_event: ScheduledEvent): Promise<WatchCounts> => await watchEndpoints(ports, intervalMs)).use(
    invocationLog(ports.logs, 'watch-endpoints'),
  );
}
