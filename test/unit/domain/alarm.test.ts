import { expect, test } from 'vitest';
import { type Alarm, cleared, isDue, raised, told } from '../../../shared/domain/alarm.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));

test('an alarm is told once, and each day that it persists', () => {
  const alarm = raised({}, at(0).toISOString());
  expect(isDue(alarm, at(1))).toBe(true);
  const first = told(alarm, at(1));
  expect([2, 24, 25].map((hour) => isDue(first, at(hour)))).toEqual([false, false, true]);
  expect(isDue(told(first, at(25)), at(48))).toBe(false);
});

test('an alarm that comes and goes is told once a day', () => {
  let alarm: Alarm = {};
  let times = 0;
  for (let hour = 0; hour < 72; hour++) {
    alarm = hour % 2 === 0 ? raised(alarm, at(hour).toISOString()) : cleared(alarm);
    if (!isDue(alarm, at(hour))) continue;
    alarm = told(alarm, at(hour));
    times += 1;
  }
  expect(times).toBe(3);
});

test('an alarm holds since it was raised first, and a cleared one is not told', () => {
  const alarm = raised(raised({}, 'a'), 'b');
  expect(alarm).toEqual({ since: 'a', isTold: false });
  expect(isDue(cleared(alarm), at(1))).toBe(false);
});
