import { beforeEach, describe, expect, test } from 'vitest';
import { sendDigest } from '../../../../shared/usecases/digests/send-digest.ts';
import { watchSchedules } from '../../../../shared/usecases/digests/watch-schedules.ts';
import { finishJob } from '../../../../shared/usecases/jobs/finish-job.ts';
import { getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { queueDueProfiles } from '../../../../shared/usecases/profiles/queue-due-profiles.ts';
import { createDigestWorld, type DigestWorld, MINUTE_MS } from './digest-world.ts';

const NOON = { cron: '0 12 * * *', timeZone: 'UTC' };

let world: DigestWorld;
beforeEach(() => {
  world = createDigestWorld('schedules');
});

const pass = (minutes: number) => world.ports.clock.advance(minutes * MINUTE_MS);
const missed = () =>
  world.ports.events.published.filter(({ type }) => type === 'profileMissed').map(({ detail }) => detail);

/** The local system, minute by minute; jobs end at once, or never. */
async function live(minutes: number, { ends = true }: { readonly ends?: boolean } = {}): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    pass(1);
    await queueDueProfiles(world.ports);
    if (ends) await endJobs();
    if (minute % 5 === 0) await watchSchedules(world.ports);
  }
}

async function endJobs(): Promise<void> {
  const { items } = await world.ports.tables.query('activity', 'job', { newestFirst: true, limit: 5 });
  for (const { sk } of items) {
    const job = await getJob(world.ports, sk);
    if (job.data.state !== 'finished') await finishJob(world.ports, job, 'succeeded', { by: 'test' });
  }
}

describe('watchSchedules', () => {
  test('says nothing while runs begin when they are due', async () => {
    await world.newProfile('daily', NOON);
    await world.newProfile('often', { everyMinutes: 5 });
    await live(26 * 60);
    expect(missed()).toEqual([]);
  });

  test('tells a run that did not begin within a quarter of an hour, once', async () => {
    const profileId = await world.newProfile('daily', NOON);
    for (let look = 0; look < 60; look++) {
      pass(5);
      await watchSchedules(world.ports);
    }
    expect(missed()).toEqual([{ profileId, dueAt: '2026-03-01T12:00:00.000Z' }]);
  });

  test('tells each run that was due while the system was down, though a late one began meanwhile', async () => {
    const profileId = await world.newProfile('daily', NOON);
    await live(30);
    pass(3 * 24 * 60);
    await live(30);
    const days = ['01', '02', '03'].map((day) => ({ profileId, dueAt: `2026-03-${day}T12:00:00.000Z` }));
    expect(missed()).toEqual(days);
  });

  test('names the run before, where that is not over', async () => {
    const profileId = await world.newProfile('daily', NOON);
    await live(4 * 60, { ends: false });
    await live(24 * 60, { ends: false });
    expect(missed()).toEqual([{ profileId, dueAt: '2026-03-02T12:00:00.000Z', jobId: expect.stringMatching(/^job-/) }]);
  });

  test('an interval that is stuck is told once, not at each look', async () => {
    await world.newProfile('often', { everyMinutes: 5 });
    await live(24 * 60, { ends: false });
    expect(missed()).toHaveLength(1);
  });

  test('does not tell what was due before the profile was made, or before it looked for the first time', async () => {
    await live(10);
    pass(24 * 60);
    await world.newProfile('daily', NOON);
    await live(10);
    expect(missed()).toEqual([]);
  });

  test('the digest has it', async () => {
    await world.configure({ recipients: ['ops@example.org'] });
    await world.newProfile('daily', NOON);
    await watchSchedules(world.ports);
    pass(3 * 60);
    await watchSchedules(world.ports);
    pass(10);
    await sendDigest(world.ports);
    expect(world.sent[0]?.subject).toBe('Letterlock: 1 run was missed');
  });
});
