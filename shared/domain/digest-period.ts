/** A period of time; `from` is inclusive, `until` exclusive. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** What is remembered of digests. Times are ISO 8601, UTC. */
export interface DigestState {
  /** All before this was told. */
  readonly toldUntil?: string;
  readonly sentAt?: string;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** What happens is written down within this; a period ends no later before now, so that nothing comes into it afterwards. */
const SETTLE_MS = 5 * 60_000;
/** What came before the first digest is told for so long. */
const FIRST_MS = DAY_MS;
/** What could not be told for so long is told no more: it stands in the lists of jobs. */
const LONGEST_MS = 7 * DAY_MS;

/**
 * The period that is to be told now, if any: with `hour` (of the day, UTC) up to the last time that it struck, else up
 * to now, an hour after the last mail at the earliest.
 */
export function duePeriod({ toldUntil, sentAt }: DigestState, hour: number | null, now: Date): Period | undefined {
  const settled = new Date(now.getTime() - SETTLE_MS);
  const until = hour === null ? settled : lastStrike(hour, settled);
  const told = toldUntil === undefined ? now.getTime() - FIRST_MS : Date.parse(toldUntil);
  const from = new Date(Math.max(told, now.getTime() - LONGEST_MS));
  if (until <= from) return undefined;
  const isTooSoon = hour === null && sentAt !== undefined && now.getTime() - Date.parse(sentAt) < HOUR_MS;
  return isTooSoon ? undefined : { from, until };
}

/** The last time, `at` or before, at which the clock struck `hour`. */
function lastStrike(hour: number, at: Date): Date {
  const strike = new Date(at);
  strike.setUTCHours(hour, 0, 0, 0);
  return strike <= at ? strike : new Date(strike.getTime() - DAY_MS);
}
