import { expect, test } from 'vitest';
import { auditCrashRounds } from '../system/audit-crash-rounds.ts';

test('every one of 10,000 answered requests has its audit event after 50 kills at random moments', async () => {
  await expect(auditCrashRounds({ kills: 50, requests: 10_000 })).resolves.toBeUndefined();
});
