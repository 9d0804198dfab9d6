import type { Profile } from '../../domain/profile.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { nextRun } from './next-run.ts';
import { PROFILES } from './profile-keys.ts';
import { lastRun, startProfileJob } from './start-profile-job.ts';

/**
 * Queues the profiles whose time has come: each once for its time, whoever else looks meanwhile. One whose last run
 * is not over waits for the next look. Answers how many. Walks all profiles: there are few.
 */
export async function queueDueProfiles(
  ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy' | 'logs'>,
): Promise<number> {
  const now = ports.clock.now();
  let queued = 0;
  for await (const item of queryAll(ports, 'configuration', PROFILES)) {
    const profile = typed<Profile>(item).data;
    if (item.removed || !profile.schedule) continue;
    const { last } = await lastRun(ports, profile.profileId);
    const due = nextRun(profile.schedule, new Date(last?.startedAt ?? profile.createdAt));
    if (!due || due > now) continue;
    try {
      await startProfileJob(ports, profile);
      queued += 1;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      ports.logs.info('profile is still being run', { profileId: profile.profileId });
    }
  }
  return queued;
}
