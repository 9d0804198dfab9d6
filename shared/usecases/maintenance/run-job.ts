import { type AuditEvent, isRecorded } from '../../domain/audit-event.ts';
import type { Job } from '../../domain/job.ts';
import type { Ports } from '../../ports/ports.ts';
import { faultText } from '../audit/audit-findings.ts';
import { EVENT_PREFIX } from '../audit/audit-keys.ts';
import { AuditSettingsBook } from '../audit/audit-settings.ts';
import { verifyTrail } from '../audit/verify-trail.ts';
import type { FilingDirectory } from '../filing/filing-context.ts';
import { newId } from '../new-id.ts';
import { checkpointOf, getJob, keepCheckpoint, logJob, putJob, queueJob } from './jobs.ts';
import { type RebuildCheckpoint, rebuildTables } from './rebuild-tables.ts';
import { SWEEP_AFTER_MS, sweep } from './sweep.ts';

/** What a task did, and whether it has to go on in another slice. */
interface Slice {
  readonly details: { readonly [name: string]: number };
  readonly rest?: RebuildCheckpoint;
}

/**
 * Runs a queued maintenance job, or takes up one that died: to its end, or for as long as `mayGoOn` answers true, and
 * then queues it again with a checkpoint. Each task is safe to repeat. One that failed ends as `failed`, with the
 * reason in its log.
 */
export async function runJob(
  ports: Ports,
  directory: FilingDirectory,
  jobId: string,
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const found = await getJob(ports, jobId);
  if (found.data.state === 'finished') return;
  const running = await putJob(ports, found, { state: 'running' });
  try {
    const { details, rest } = await task(ports, directory, running.data, mayGoOn);
    if (rest) {
      await keepCheckpoint(ports, jobId, rest);
      await putJob(ports, running, { details });
      await queueJob(ports, jobId);
      return;
    }
    const summary = Object.entries(details).map(([name, count]) => `${name} ${count}`);
    await logJob(ports, jobId, `done: ${summary.join(', ')}`);
    await finish(ports, running, details.damaged || details.faults ? 'completedWithErrors' : 'succeeded', details);
  } catch (error) {
    ports.logs.error('job failed', { jobId, error });
    await logJob(ports, jobId, `failed: ${error instanceof Error ? error.name : 'unknown error'}`);
    await finish(ports, running, 'failed', {});
  }
}

async function task(
  ports: Ports,
  directory: FilingDirectory,
  { kind, jobId }: Job,
  mayGoOn: () => boolean,
): Promise<Slice> {
  if (kind === 'verify') return { details: await verifyAuditTrail(ports, jobId) };
  if (kind !== 'rebuild') {
    return { details: { ...(await sweep(ports, new Date(ports.clock.now().getTime() - SWEEP_AFTER_MS))) } };
  }
  const from = await checkpointOf<RebuildCheckpoint>(ports, jobId);
  const { counts, rest } = await rebuildTables(ports, directory, { ...(from && { from }), mayGoOn });
  return { details: { ...counts }, ...(rest && { rest }) };
}

/** Each fault is a line of the job's log, the first of the trail first. */
async function verifyAuditTrail(ports: Ports, jobId: string): Promise<{ readonly [name: string]: number }> {
  const { first, lastCheckpoint, ...counts } = await verifyTrail(ports);
  for (const fault of first) await logJob(ports, jobId, faultText(fault));
  for (const { kind, key } of first.slice(0, 1)) ports.logs.error('audit trail damaged', { jobId, fault: kind, key });
  await logJob(ports, jobId, `last checkpoint: ${lastCheckpoint.n}:${lastCheckpoint.hash}`);
  return counts;
}

async function finish(
  ports: Ports,
  running: Awaited<ReturnType<typeof getJob>>,
  outcome: NonNullable<Job['outcome']>,
  details: { readonly [name: string]: number },
): Promise<void> {
  const endedAt = ports.clock.now();
  await audit(ports, running.data, outcome);
  await putJob(ports, running, { state: 'finished', outcome, endedAt: endedAt.toISOString(), details });
  const { jobId, kind } = running.data;
  await ports.events.publish({ type: 'jobFinished', at: endedAt, detail: { jobId, kind, outcome } });
}

/** Before the job counts as finished: whoever asks for its outcome finds the event. */
async function audit(ports: Ports, { jobId, kind }: Job, outcome: NonNullable<Job['outcome']>): Promise<void> {
  const event: AuditEvent = {
    eventId: newId(ports, EVENT_PREFIX),
    at: ports.clock.now().toISOString(),
    actor: { system: 'run-maintenance' },
    source: '',
    action: 'jobs.run',
    object: { kind: 'job', id: jobId },
    outcome: outcome === 'failed' ? 'failed' : 'done',
    detail: { kind, outcome },
  };
  if (isRecorded(event, (await new AuditSettingsBook(ports).settings()).off)) await ports.audit.append(event);
}
