import { expect, test } from 'vitest';
import { fetchKillRounds } from '../servers/fetch-kill-rounds.ts';

test('20,000 messages in 300 folders that change are fetched by a system that is killed 20 times', async () => {
  const seed = Number(process.env.LETTERLOCK_TEST_SEED ?? 20_260_302);
  const figures = await fetchKillRounds({ messages: 20_000, folders: 300, kills: 20, seed, longestLifeMs: 6_000 });
  console.log(JSON.stringify({ seed, ...figures }));
  expect(figures.killsOfRunningJobs).toBeGreaterThan(10);
});
