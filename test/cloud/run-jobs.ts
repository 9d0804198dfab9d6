import type { CloudWorld } from './cloud-world.ts';
import { sqsEvent } from './events.ts';

const JOBS = 'letterlock-example-jobs';

/**
 * Delivers what was sent to the queue of jobs, all of it each time: a job that is done stays done, one that is not
 * sends more.
 */
export async function runJobs(world: CloudWorld): Promise<void> {
  const begun = new Set<string>();
  for (let done = 0; done < world.aws.sent(JOBS).length; done += 1) {
    const job = world.aws.sent(JOBS)[done];
    if (!job) continue;
    // The first run of a job has time for one object only, and leaves the rest to the next.
    const remainingMs = begun.has(job) ? 900_000 : 100_000;
    begun.add(job);
    await world.invoke('run-maintenance', sqsEvent(JOBS, job), remainingMs);
  }
}
