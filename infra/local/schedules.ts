import type { Context, ScheduledEvent } from 'aws-lambda';
import { createHandler as createAnchorAudit } from '../../functions/anchor-audit/handler.ts';
import { createHandler as createForwardAudit } from '../../functions/forward-audit/handler.ts';
import { createHandler as createQueueDueProfiles } from '../../functions/queue-due-profiles/handler.ts';
import { createHandler as createSendDigest } from '../../functions/send-digest/handler.ts';
import { createHandler as createSweep } from '../../functions/sweep/handler.ts';
import { createHandler as createWatchEndpoints } from '../../functions/watch-endpoints/handler.ts';
import type { AuditReceiver } from '../../shared/ports/audit-receiver.ts';
import type { Mailer } from '../../shared/ports/mailer.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { expireExports } from '../../shared/usecases/expire-exports.ts';
import { localContext } from './local-context.ts';

const SWEEP_INTERVAL_MS = 5 * 60_000;
/** Six times what is enough: on one machine an hour in which the system was down in between must be told apart. */
const WATCH_INTERVAL_MS = 10 * 60_000;

/** What is cut off the audit trail later than this is noticed from the bucket alone. */
const ANCHOR_INTERVAL_MS = 60_000;
/** The shortest interval that a profile can have. */
const PROFILES_INTERVAL_MS = 60_000;
const DIGEST_INTERVAL_MS = 5 * 60_000;
const FORWARD_INTERVAL_MS = 2_000;
/** On AWS the lifecycle of the bucket does this. */
const EXPIRY_INTERVAL_MS = 60 * 60_000;

/**
 * Invokes the functions that run on schedules, with the events that EventBridge would send, and deletes exports that
 * have expired; the watch of the endpoints once right away. Answers what stops them and waits for those under way; no
 * timer keeps the process alive.
 */
export function startSchedules(
  ports: Ports & { readonly mailer: Mailer },
  {
    auditReceiver,
    extendsLocks = false,
  }: { readonly auditReceiver?: AuditReceiver | undefined; readonly extendsLocks?: boolean } = {},
): () => Promise<void> {
  const sweep = createSweep(ports, { extendsLocks });
  const anchorAudit = createAnchorAudit(ports);
  const forwardAudit = auditReceiver && oneAtATime(createForwardAudit(ports, auditReceiver));
  const watchEndpoints = createWatchEndpoints(ports, { intervalMs: WATCH_INTERVAL_MS });
  const queueDueProfiles = createQueueDueProfiles(ports);
  const sendDigest = oneAtATime(createSendDigest(ports));
  const expire = oneAtATime(() =>
    expireExports(ports).catch((error: unknown) => ports.logs.warn('exports could not be expired', { error })),
  );
  const underWay = new Set<Promise<unknown>>();
  const invoke = (handle: Invoked) => {
    // A failure is in the log of the function; the next run takes up the rest.
    const run = handle(scheduledEvent(ports.clock.now()), localContext()).catch(() => undefined);
    underWay.add(run);
    void run.then(() => underWay.delete(run));
  };
  const timers = [
    setInterval(() => invoke(sweep), SWEEP_INTERVAL_MS),
    setInterval(() => invoke(watchEndpoints), WATCH_INTERVAL_MS),
    setInterval(() => invoke(anchorAudit), ANCHOR_INTERVAL_MS),
    setInterval(() => invoke(queueDueProfiles), PROFILES_INTERVAL_MS),
    setInterval(() => invoke(sendDigest), DIGEST_INTERVAL_MS),
    setInterval(() => invoke(expire), EXPIRY_INTERVAL_MS),
    ...(forwardAudit ? [setInterval(() => invoke(forwardAudit), FORWARD_INTERVAL_MS)] : []),
  ];
  for (const timer of timers) timer.unref();
  invoke(watchEndpoints);
  invoke(expire);
  invoke(sendDigest);
  invoke(queueDueProfiles);
  invoke(anchorAudit);
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(underWay);
    invoke(anchorAudit);
    await Promise.all(underWay);
  };
}

type Invoked = (event: ScheduledEvent, context: Context) => Promise<unknown>;

/** Passes over what comes while the last invocation still runs. */
function oneAtATime(handle: Invoked): Invoked {
  let isRunning = false;
  return async (event, context) => {
    if (isRunning) return;
    isRunning = true;
    try {
      await handle(event, context);
    } finally {
      isRunning = false;
    }
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
