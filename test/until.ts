import { setTimeout as pause } from 'node:timers/promises';

/** Far longer than anything takes that is waited for, on a slow machine with other work: whoever waits so long waits in vain. */
const WAITS_MS = 60_000;
const LOOKS_EACH_MS = 50;
/** Of the last answer, in the error: enough to see what is missing. */
const SHOWN_CHARACTERS = 2_000;

/**
 * Asks again and again, and resolves with the first answer that is wanted; by default anything but `false`,
 * `undefined` and the like. To be told for all that becomes true a moment later, of the very thing that is expected
 * next: that another one has become true says nothing of it. Rejects after `withinMs` with what was waited for and the
 * last answer, and at once with what `ask` throws. The time is real, whatever clocks are replaced.
 */
export async function until<Answer>(
  wanted: string,
  ask: () => Promise<Answer>,
  {
    isWanted = Boolean,
    withinMs = WAITS_MS,
  }: { readonly isWanted?: (answer: Answer) => boolean; readonly withinMs?: number } = {},
): Promise<Answer> {
  const begun = performance.now();
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() - begun > withinMs) {
      const last = (JSON.stringify(answer) ?? 'nothing').slice(0, SHOWN_CHARACTERS);
      throw new Error(`waited ${withinMs / 1000} s in vain for ${wanted}; the last answer was ${last}`);
    }
    await pause(LOOKS_EACH_MS);
  }
}
