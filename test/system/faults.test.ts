import { expect, test } from 'vitest';
import { faultRounds } from './fault-rounds.ts';

const SEED = Number(process.env.LETTERLOCK_FAULT_SEED ?? Date.now() % 2 ** 31);

test(`300 mails survive stores that fail and 8 deaths of the process (seed ${SEED})`, async () => {
  const counts = await faultRounds({ seed: SEED, lives: 8, mails: 300 });
  // What there is of each kind is chance; that there is enough is not.
  expect(counts.deaths).toBeGreaterThan(0);
  expect(counts.before + counts.stalled + counts.after).toBeGreaterThan(20);
});
