import { expect, test } from 'vitest';
import { playYear } from './folder-sync-year.ts';

/** On a slow machine seven weeks take minutes. */
const TIMEOUT_MS = 400_000;

test(
  'after seven weeks of three mailboxes every archive folder holds what it has to, and the report what is missing',
  async () => {
    const seed = Number(process.env.LETTERLOCK_TEST_SEED ?? 4711);
    const figures = await playYear({ days: 50, actsPerDay: 12, runs: 6, busyRuns: 3, kills: 4, seed });
    expect(figures.missing).toBeGreaterThan(0);
    expect(figures.absent).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
