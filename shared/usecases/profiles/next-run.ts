import { Cron } from 'croner';
import type { ProfileSchedule } from '../../domain/profile.ts';

const MINUTE_MS = 60_000;

/** The first time after `last` that a schedule names; `undefined` where there is none. */
export function nextRun(schedule: ProfileSchedule, last: Date): Date | undefined {
  if ('everyMinutes' in schedule) return new Date(last.getTime() + schedule.everyMinutes * MINUTE_MS);
  const { cron, timeZone } = schedule;
  return new Cron(cron, { timezone: timeZone, paused: true }).nextRun(last) ?? undefined;
}
