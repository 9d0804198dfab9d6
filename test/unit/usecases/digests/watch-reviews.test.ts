import { beforeEach, describe, expect, test } from 'vitest';
import { sendDigest } from '../../../../shared/usecases/digests/send-digest.ts';
import { watchReviews } from '../../../../shared/usecases/digests/watch-reviews.ts';
import { changeHold } from '../../../../shared/usecases/holds/change-hold.ts';
import { createHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import { makeRequest } from '../../../../shared/usecases/requests/make-request.ts';
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

describe('requests that have to be answered', () => {
  const day = (date: string) => `2026-03-${date}T00:00:00.000Z`;
  const about = { name: 'B. Jones', reason: 'asked to', createdBy: 'admin', scope: { addresses: ['b@example.org'] } };
  const asked = (more: { readonly kind: 'access' | 'erasure'; readonly dueAt: string }) =>
    makeRequest({ ports: world.ports, addresses: { all: async () => [] } }, { ...about, ...more });

  beforeEach(async () => {
    await releaseHold({ ports: world.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
  });

  test('come up a week before, on the day and each week after it, until they are closed', async () => {
    const { requestId } = await asked({ kind: 'access', dueAt: day('10') });
    expect(await overDays(17)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]);
    await closeRequest(world.ports, 'access', requestId, { by: 'admin', reason: 'answered' });
    expect(await overDays(15)).not.toContain(1);
  });

  test('come up at once where they are due within less', async () => {
    await watchReviews(world.ports);
    world.ports.clock.advance(MINUTE_MS);
    await asked({ kind: 'erasure', dueAt: day('04') });
    expect(await overDays(5)).toEqual([1, 0, 1, 0, 0]);
  });

  test('are named by the digest, with when they are or were due', async () => {
    const over = await asked({ kind: 'access', dueAt: '2026-02-20T00:00:00.000Z' });
    const next = await asked({ kind: 'erasure', dueAt: day('05') });
    await watchReviews(world.ports);
    world.ports.clock.advance(10 * MINUTE_MS);
    expect(await sendDigest(world.ports)).toBe(2);
    expect(world.sent[0]?.subject).toBe('Letterlock: 2 requests are to be answered');
    expect(world.sent[0]?.text).toContain(`"B. Jones" (${over.requestId}); access, due since 2026-02-20`);
    expect(world.sent[0]?.text).toContain(`"B. Jones" (${next.requestId}); erasure, due on 2026-03-05`);
  });
});
