import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { Ports } from '../../shared/ports/ports.ts';
import { queueDueProfiles } from '../../shared/usecases/profiles/queue-due-profiles.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/** Queues the archiving profiles whose time has come. */
export function createHandler(ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy' | 'logs'>) {
  return middy(async (_event: ScheduledEvent): Promise<void> => {
    const queued = await queueDueProfiles(ports);
    if (queued > 0) ports.logs.info('profiles queued', { queued });
  }).use(invocationLog(ports.logs, 'queue-due-profiles'));
}
