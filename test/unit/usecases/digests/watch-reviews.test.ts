import { beforeEach, expect, test } from 'vitest';
import { sendDigest } from '../../../../shared/usecases/digests/send-digest.ts';
import { watchReviews } from '../../../../shared/usecases/digests/watch-reviews.ts';
import { changeHold } from '../../../../shared/usecases/holds/change-hold.ts';
import { createHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { createDigestWorld, type DigestWorld, MINUTE_MS } from './digest-world.ts';

const DAY = 24 * 60;
let world: DigestWorld;
let holdId: string;

beforeEach(async () => {
  world = createDigestWorld('reviews');
  await world.configure({ recipients: ['legal@example.org'] });
  const { ports } = world;
  const about = { name: 'Smith v Jones', matter: '17', reason: 'litigation', createdBy: 'admin' };
  const desk = { ports, addresses: { all: async () => [] } };
  const hold = { ...about, scope: { everything: true }, reviewAt: '2026-03-03T00:00:00.000Z' } as const;
  ({ holdId } = await createHold(desk, hold));
  await createHold(desk, { ...about, scope: { everything: true } });
});

/** Looks every so many minutes; answers how many reviews were noted each day. */
async function overDays(days: number, everyMinutes = 180): Promise<readonly number[]> {
  const noted: number[] = [];
  for (let day = 0; day < days; day += 1) {
    let count = 0;
    for (let minute = 0; minute < DAY; minute += everyMinutes) {
      count += await watchReviews(world.ports);
      world.ports.clock.advance(everyMinutes * MINUTE_MS);
    }
    noted.push(count);
  }
  return noted;
}

test('a hold comes up on its day of review, once, and each week after it', async () => {
  expect(await overDays(17)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]);
});

test('what nobody looked at comes up when somebody looks', async () => {
  world.ports.clock.advance(30 * DAY * MINUTE_MS);
  expect(await watchReviews(world.ports)).toBe(1);
  expect(await watchReviews(world.ports)).toBe(0);
});

test('one that was given another day comes up on that; one that was released never', async () => {
  await changeHold(world.ports, holdId, { reviewAt: '2026-03-05T00:00:00.000Z' });
  expect(await overDays(5)).toEqual([0, 0, 0, 1, 0]);
  await releaseHold({ ports: world.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
  expect(await overDays(15)).not.toContain(1);
});

test('the digest names it, and since when it is due', async () => {
  world.ports.clock.advance(3 * DAY * MINUTE_MS);
  await watchReviews(world.ports);
  world.ports.clock.advance(10 * MINUTE_MS);
  expect(await sendDigest(world.ports)).toBe(1);
  expect(world.sent[0]?.subject).toBe('Letterlock: 1 legal hold is to be reviewed');
  expect(world.sent[0]?.text).toContain(`"Smith v Jones" (${holdId}); due since 2026-03-03`);
});
