import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type RunningSystem, removeData, startSystem } from './running-system.ts';

let running: RunningSystem;

afterEach(async () => {
  await running.stop();
  await removeData(running);
});

test('where the tables are lost, the audit trail is listed and whole as before', async () => {
  running = await startSystem();
  await running.api.mailbox('a@example.org');
  const before = (await running.api.get('/audit-events?limit=200')).items;
  expect(before.map(({ action }: { action: string }) => action)).toContain('mailboxes.create');
  await running.stop();
  for (const suffix of ['', '-wal', '-shm']) {
    await rm(join(running.dataDir, `tables.sqlite${suffix}`), { force: true });
  }

  running = await startSystem({ dataDir: running.dataDir });
  const after = (await running.api.get('/audit-events?limit=200')).items;
  const ids = after.map(({ eventId }: { eventId: string }) => eventId);
  expect(ids).toEqual(expect.arrayContaining(before.map(({ eventId }: { eventId: string }) => eventId)));
  const { jobId } = await running.api.post('/maintenance/verify', { audit: true });
  expect(await running.api.ended(jobId)).toMatchObject({ outcome: 'succeeded', details: { faults: 0 } });
  const runs = (await running.api.get(`/audit-events?object=${jobId}`)).items;
  expect(runs.map(({ action }: { action: string }) => action)).toEqual(
    expect.arrayContaining(['jobs.run', 'jobs.start']),
  );
});
