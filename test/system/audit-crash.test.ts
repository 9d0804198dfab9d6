import { expect, test } from 'vitest';
import { auditCrashRounds } from './audit-crash-rounds.ts';

/** On a slow machine each start takes many seconds. */
const TIMEOUT_MS = 300_000;

test(
  'every request that was answered has its audit event after kills at random moments',
  async () => {
    await expect(auditCrashRounds({ kills: 3, requests: 300 })).resolves.toBeUndefined();
  },
  TIMEOUT_MS,
);
