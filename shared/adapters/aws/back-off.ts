import { setTimeout as wait } from 'node:timers/promises';

const FIRST_DELAY_MS = 25;
/** No single wait is longer: a function pays for waiting. */
const MAX_DELAY_MS = 5_000;

/**
 * Waits before the repetition of a call: at random up to a bound that doubles with each `attempt` (1, 2, …),
 * so that those who were turned away together do not come back together.
 */
export async function backOff(attempt: number): Promise<void> {
  await wait(Math.random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt));
}
