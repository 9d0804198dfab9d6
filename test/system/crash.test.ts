import { expect, test } from 'vitest';
import { crashRounds } from './crash-rounds.ts';

/** On a slow machine each start takes many seconds. */
const TIMEOUT_MS = 300_000;

test(
  'mail that got its 250 is there exactly once after kills at random moments',
  async () => {
    await expect(crashRounds({ kills: 4, messages: 150 })).resolves.toBeUndefined();
  },
  TIMEOUT_MS,
);
