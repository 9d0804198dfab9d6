/**
 * A condition that people are told of once while it lasts, again each day that it persists, and never
 * twice within a day, however often it comes and goes. Times are ISO 8601, UTC.
 */
export interface Alarm {
  /** Since when the condition holds; absent while it does not. */
  readonly since?: string;
  /** Whether anybody was told of the condition that holds. */
  readonly isTold?: boolean;
  /** When somebody was told last, also of an earlier time. */
  readonly toldAt?: string;
}

const REPEAT_AFTER_MS = 24 * 60 * 60 * 1000;

/** The alarm while its condition holds; `since` counts where it did not hold before. */
export function raised(alarm: Alarm, since: string): Alarm {
  return alarm.since === undefined ? { ...alarm, since, isTold: false } : alarm;
}

/** The alarm once its condition holds no more. */
export function cleared({ toldAt }: Alarm): Alarm {
  return toldAt === undefined ? {} : { toldAt };
}

/** Whether people are to be told now. */
export function isDue({ since, toldAt }: Alarm, now: Date): boolean {
  if (since === undefined) return false;
  return toldAt === undefined || Math.abs(now.getTime() - Date.parse(toldAt)) >= REPEAT_AFTER_MS;
}

export function told(alarm: Alarm, now: Date): Alarm {
  return { ...alarm, isTold: true, toldAt: now.toISOString() };
}
