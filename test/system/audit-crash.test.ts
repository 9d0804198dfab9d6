import { expect, test } from 'vitest';
import { auditCrashRounds } from './audit-crash-rounds.ts';

test('every request that was answered has its audit event after kills at random moments', async () => {
  await expect(auditCrashRounds({ kills: 3, requests: 300 })).resolves.toBeUndefined();
});
