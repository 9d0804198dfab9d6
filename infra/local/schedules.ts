import type { Context, ScheduledEvent } from 'aws-lambda';
import { createHandler as createSweep } from '../../functions/sweep/handler.ts';
import { createHandler as createWatchEndpoints } from '../../functions/watch-endpoints/handler.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { localContext } from './workers.ts';

const SWEEP_INTERVAL_MS = 5 * 60_000;
/** Six times what is enough: on one machine an hour in which the system was down in between must be told apart. */
const WATCH_INTERVAL_MS = 10 * 60_000;

/**
 * Invokes the functions that run on schedules, with the events that EventBridge would send; the watch of the
 * endpoints once right away. Answers what stops them and waits for those under way; no timer keeps the process alive.
 */
export function startSchedules(ports: Ports): () => Promise<void> {
  const sweep = createSweep(ports);
  const watchEndpoints = createWatchEndpoints(ports, { intervalMs: WATCH_INTERVAL_MS });
  const underWay = new Set<Promise<unknown>>();
  const invoke = (handle: (event: ScheduledEvent, context: Context) => Promise<unknown>) => {
    // A failure is in the log of the function; the next run takes up the rest.
    const run = handle(scheduledEvent(ports.clock.now()), localContext()).catch(() => undefined);
    underWay.add(run);
    void run.then(() => underWay.delete(run));
  };
  const timers = [
    setInterval(() => invoke(sweep), SWEEP_INTERVAL_MS),
    setInterval(() => invoke(watchEndpoints), WATCH_INTERVAL_MS),
  ];
  for (const timer of timers) timer.unref();
  invoke(watchEndpoints);
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(underWay);
  };
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
