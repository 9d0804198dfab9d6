import { expect, test } from 'vitest';
import { type Job, NO_COUNTS, paceOf } from '../../../shared/domain/job.ts';

const NOW = new Date('2026-01-01T00:01:40.000Z');
const RUNNING: Job = {
  jobId: 'job-1',
  kind: 'fetch',
  state: 'running',
  startedAt: '2026-01-01T00:00:00.000Z',
  counts: { ...NO_COUNTS, seen: 250 },
};

test.each([
  { name: 'nothing of a job that waits', change: { state: 'queued' as const }, pace: undefined },
  { name: 'no end before a folder is done', change: {}, pace: { messagesPerSecond: 2.5 } },
  {
    name: 'the end by the folders that are left',
    change: { progress: { folders: 4, foldersDone: 1 } },
    pace: { messagesPerSecond: 2.5, estimatedEndAt: '2026-01-01T00:06:40.000Z' },
  },
  {
    name: 'the end by the messages that are left, where they are counted',
    change: { progress: { folders: 4, foldersDone: 3, messages: 1_000, messagesDone: 250 } },
    pace: { messagesPerSecond: 2.5, estimatedEndAt: '2026-01-01T00:06:40.000Z' },
  },
  {
    name: 'no end before a message is done, where they are counted',
    change: { progress: { folders: 4, foldersDone: 1, messages: 1_000, messagesDone: 0 } },
    pace: { messagesPerSecond: 2.5 },
  },
  {
    name: 'the rate of a whole job that has ended',
    change: { state: 'finished' as const, endedAt: '2026-01-01T00:00:50.000Z' },
    pace: { messagesPerSecond: 5 },
  },
])('tells $name', ({ change, pace }) => {
  expect(paceOf({ ...RUNNING, ...change }, NOW)).toEqual(pace);
});
