import { expect, test } from 'vitest';
import { crashRounds } from './crash-rounds.ts';

test('mail that got its 250 is there exactly once after kills at random moments', async () => {
  await expect(crashRounds({ kills: 4, messages: 150 })).resolves.toBeUndefined();
});
