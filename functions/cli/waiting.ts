import { setTimeout as pause } from 'node:timers/promises';
import { UnreachableError } from './failures.ts';

/** Looks come less and less often. */
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 2_000;
/** A system that is away for longer than so many looks in a row is not waited for. */
const MOST_FAILURES = 15;

/**
 * Looks until there is an answer other than `undefined`. Throws what `look` throws, but for a system that is away for a
 * moment.
 */
export async function waitFor<Answer>(look: () => Promise<Answer | undefined>): Promise<Answer> {
  let failures = 0;
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LONGEST_LOOK_MS)) {
    try {
      const answer = await look();
      failures = 0;
      if (answer !== undefined) return answer;
    } catch (error) {
      // A system that starts again goes on with its jobs.
      failures += 1;
      if (!(error instanceof UnreachableError) || failures > MOST_FAILURES) throw error;
    }
    await pause(lookMs);
  }
}
