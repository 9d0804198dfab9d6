import { type AuditEvent, isRecorded } from '../../domain/audit-event.ts';
import type { Job, JobOutcome } from '../../domain/job.ts';
import { troubleOf } from '../../domain/trouble.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { EVENT_PREFIX } from '../audit/audit-keys.ts';
import { AuditSettingsBook } from '../audit/audit-settings.ts';
import { newId } from '../new-id.ts';
import { noteTrouble } from '../troubles.ts';
import { putJob } from './jobs.ts';

export type FinishPorts = Pick<Ports, 'tables' | 'log' | 'audit' | 'clock' | 'entropy' | 'events'>;

/** Ends a job: audited, noted for the digest, recorded, told. `by` is the function that ran it. */
export async function finishJob(
  ports: FinishPorts,
  running: Item<Job>,
  outcome: JobOutcome,
  { by, ...change }: Partial<Pick<Job, 'details' | 'counts'>> & { readonly by: string },
): Promise<void> {
  const endedAt = ports.clock.now();
  await audit(ports, running.data, outcome, by);
  const end = { state: 'finished', outcome, endedAt: endedAt.toISOString(), ...change } as const;
  const trouble = troubleOf({ ...running.data, ...end });
  if (trouble) await noteTrouble(ports, trouble);
  await putJob(ports, running, end);
  const { jobId, kind, profileId } = running.data;
  const of = profileId === undefined ? {} : { profileId };
  await ports.events.publish({ type: 'jobFinished', at: endedAt, detail: { jobId, kind, ...of, outcome } });
}

/** Before the job counts as finished: whoever asks for its outcome finds the event. */
async function audit(ports: FinishPorts, { jobId, kind }: Job, outcome: JobOutcome, by: string): Promise<void> {
  const event: AuditEvent = {
    eventId: newId(ports, EVENT_PREFIX),
    at: ports.clock.now().toISOString(),
    actor: { system: by },
    source: '',
    action: 'jobs.run',
    object: { kind: 'job', id: jobId },
    outcome: outcome === 'failed' ? 'failed' : 'done',
    detail: { kind, outcome },
  };
  if (isRecorded(event, (await new AuditSettingsBook(ports).settings()).off)) await ports.audit.append(event);
}
