import { expect, test } from 'vitest';
import { playYear } from '../servers/folder-sync-year.ts';

test('after a year of three mailboxes every archive folder holds what it has to, and the report what is missing', async () => {
  const seed = Number(process.env.LETTERLOCK_TEST_SEED ?? 20_260_302);
  const figures = await playYear({ days: 365, actsPerDay: 15, runs: 45, busyRuns: 20, kills: 20, seed });
  console.log(JSON.stringify({ seed, ...figures }));
  expect(figures.killsOfRunningJobs).toBeGreaterThan(5);
  expect(figures.gone).toBeGreaterThan(0);
});
