import type { Organisation } from './simulated-traffic.ts';

/** Means per hour in the office, in the evening, and at night. */
const office = (busy: number, evening: number, night: number) => (hour: number) => {
  if (hour >= 8 && hour < 18) return busy;
  return hour >= 18 && hour < 22 ? evening : night;
};
const flat = (mean: number) => () => mean;

/** Kinds of traffic that an endpoint may have. */
export const ORGANISATIONS = {
  large: { offset: 1, summer: 'northern', working: office(1000, 300, 80), free: flat(100) },
  medium: { offset: 1, summer: 'northern', working: office(100, 20, 5), free: flat(8) },
  /** West of UTC: an evening at the office is the next day there. */
  pacific: { offset: -8, summer: 'northern', working: office(60, 10, 3), free: flat(3) },
  sydney: { offset: 10, summer: 'southern', working: office(60, 10, 3), free: flat(3) },
  /** Nothing at all but in office hours. */
  officeHoursOnly: { offset: 1, summer: 'northern', working: office(30, 0, 0), free: flat(0) },
  tenADay: { offset: 1, summer: 'northern', working: office(1, 0, 0), free: flat(1 / 24) },
  /** Three hours of a newsletter each Tuesday, until it is given up in August. */
  newsletter: {
    offset: 1,
    summer: 'northern',
    working: office(100, 20, 5),
    free: flat(8),
    extra: (hourOfWeek, date) => (hourOfWeek >= 34 && hourOfWeek < 37 && date < '2026-08-01' ? 4000 : 0),
  },
  twoAWeek: { offset: 1, summer: 'northern', working: flat(2 / 168), free: flat(2 / 168) },
} as const satisfies Record<string, Organisation>;
