import { expect, test } from 'vitest';
import { fetchKillRounds } from './fetch-kill-rounds.ts';

/** On a slow machine each start takes many seconds. */
const TIMEOUT_MS = 400_000;

test(
  'a system that is killed eight times while a mailbox changes: nothing is lost, twice, miscounted or touched',
  async () => {
    const figures = await fetchKillRounds({ messages: 400, folders: 30, kills: 8, seed: 4711, longestLifeMs: 1_000 });
    expect(figures.killsOfRunningJobs).toBeGreaterThan(0);
    expect(figures.outcomes.quarantined).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
