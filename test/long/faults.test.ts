import { expect, test } from 'vitest';
import { faultRounds } from '../system/fault-rounds.ts';

const SEED = Number(process.env.LETTERLOCK_FAULT_SEED ?? Date.now() % 2 ** 31);

test(`5,000 mails survive stores that fail and 60 deaths of the process (seed ${SEED})`, async () => {
  const counts = await faultRounds({ seed: SEED, lives: 60, mails: 5_000 });
  expect(Object.values(counts).every((count) => count > 0)).toBe(true);
});
