import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { type DigestPorts, sendDigest } from '../../shared/usecases/digests/send-digest.ts';
import { watchReviews } from '../../shared/usecases/digests/watch-reviews.ts';
import { watchSchedules } from '../../shared/usecases/digests/watch-schedules.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

/**
 * Looks which runs were missed and which legal holds are to be reviewed, and mails what did not go as planned to those
 * whom the settings name, `fallback` where they name nobody. Safe to invoke at any time, also twice at once.
 */
export function createHandler(
  ports: DigestPorts & Pick<Ports, 'events'> & { readonly logs: LogSink },
  { fallback = [] }: { readonly fallback?: readonly string[] } = {},
) {
  return middy(async (_event: ScheduledEvent): Promise<void> => {
    const missed = await watchSchedules(ports);
    const reviews = await watchReviews(ports);
    const told = await sendDigest(ports, { fallback });
    if (missed + reviews + told > 0) ports.logs.info('digest', { missed, reviews, told });
  }).use(invocationLog(ports.logs, 'send-digest'));
}
