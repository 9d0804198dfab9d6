import type { DataRequest } from '../../domain/requests/data-request.ts';
import { ConflictError } from '../../errors.ts';
import { startLift } from './lift-restrictions.ts';
import { allRequests, requestItem } from './request-book.ts';
import { isAtWork, type RequestPorts, startRequestJob } from './request-job.ts';

const KEPT_SECONDS = 7 * 24 * 60 * 60;
/** For so long after its end what a request restricted is lifted again each day. */
const LIFTED_AGAIN_MS = 3 * 24 * 60 * 60_000;

/**
 * Starts, once a day (UTC), a job for each erasure request that is open, which decides again on what is blocked; and
 * for each request that was approved and whose job failed, was lost, or found deletion switched off. A bulk deletion
 * that somebody cancelled stays cancelled. What requests restricted that ended lately is lifted again. To be called
 * every few minutes, also twice at once. Answers how many it started.
 */
export async function startDueRequests(ports: RequestPorts): Promise<number> {
  const now = ports.clock.now();
  const day = { pk: 'request-run', sk: now.toISOString().slice(0, 10) };
  if (await ports.tables.get('activity', day)) return 0;
  let started = 0;
  for (const kind of ['erasure', 'bulk-deletion'] as const) {
    for await (const request of allRequests(ports, kind)) {
      if (isDue(request) && (await start(ports, request))) started += 1;
      // Whoever closed it may have died before that.
      if (isLatelyClosed(request, now)) await startLift(ports, request);
    }
  }
  const expiresAt = Math.floor(now.getTime() / 1000) + KEPT_SECONDS;
  await ports.tables.put('activity', { ...day, version: 1, expiresAt, data: {} });
  return started;
}

function isDue({ kind, state }: DataRequest): boolean {
  return state === 'running' || (state === 'open' && kind === 'erasure');
}

function isLatelyClosed({ kind, approvedAt, closedAt }: DataRequest, now: Date): boolean {
  if (kind !== 'erasure' || approvedAt === undefined || closedAt === undefined) return false;
  return now.getTime() - Date.parse(closedAt) < LIFTED_AGAIN_MS;
}

/** One that is being changed, or whose job is at work, is looked at the next day. */
async function start(ports: RequestPorts, { kind, requestId }: DataRequest): Promise<boolean> {
  try {
    const item = await requestItem(ports, kind, requestId);
    if (kind === 'access' || !isDue(item.data) || (await isAtWork(ports, item.data))) return false;
    await startRequestJob(ports, item, kind, {});
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
