import { expect, test } from 'vitest';
import { crashRounds } from '../system/crash-rounds.ts';

test('2,000 messages from several clients survive 50 kills at random moments', async () => {
  await expect(crashRounds({ kills: 50, messages: 2_000 })).resolves.toBeUndefined();
});
