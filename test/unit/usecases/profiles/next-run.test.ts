import { expect, test } from 'vitest';
import { nextRun } from '../../../../shared/usecases/profiles/next-run.ts';

const berlin = (cron: string) => ({ cron, timeZone: 'Europe/Berlin' });

test.each([
  { name: 'an interval', schedule: { everyMinutes: 15 }, last: '2026-01-01T00:00:00Z', next: '2026-01-01T00:15:00Z' },
  { name: 'a time of day', schedule: berlin('30 3 * * *'), last: '2026-01-01T00:00:00Z', next: '2026-01-01T02:30:00Z' },
  { name: 'in summer', schedule: berlin('30 3 * * *'), last: '2026-07-01T00:00:00Z', next: '2026-07-01T01:30:00Z' },
  {
    name: 'an hour that comes twice',
    schedule: berlin('0 4 * * *'),
    last: '2026-10-24T02:00:00Z',
    next: '2026-10-25T03:00:00Z',
  },
  { name: 'weekdays', schedule: berlin('0 8 * * 1-5'), last: '2026-01-02T08:00:00Z', next: '2026-01-05T07:00:00Z' },
])('$name', ({ schedule, last, next }) => {
  expect(nextRun(schedule, new Date(last))).toEqual(new Date(next));
});
