import type { ScheduledEvent } from 'aws-lambda';
import { createHandler as createSweep } from '../../functions/sweep/handler.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { localContext } from './workers.ts';

const SWEEP_INTERVAL_MS = 5 * 60_000;

/**
 * Invokes the functions that run on schedules, with the events that EventBridge would send. Answers what
 * stops them; no timer keeps the process alive.
 */
export function startSchedules(ports: Ports): () => void {
  const sweep = createSweep(ports);
  const timer = setInterval(() => {
    const event = scheduledEvent(ports.clock.now());
    // A failure is in the log of the function; the next run takes up the rest.
    sweep(event, localContext()).catch(() => undefined);
  }, SWEEP_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function scheduledEvent(now: Date): ScheduledEvent {
  return {
    version: '0',
    id: 'local',
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: now.toISOString(),
    region: 'local',
    resources: [],
    detail: {},
  };
}
