import type { Clock } from '../../ports/clock.ts';

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
  set(now: Date): void;
  advance(milliseconds: number): void;
}

export function createManualClock(start: Date): ManualClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    set: (now) => {
      time = now.getTime();
    },
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}
