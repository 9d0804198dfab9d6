import { startOfHour, type VolumeProfile } from './endpoint-volume.ts';
import { improbabilityOfSoFew } from './improbability.ts';
import { PromisedVolume, promisesOf } from './promised-volume.ts';

/** That an endpoint has gone quiet. Counts are messages. */
export interface Silence {
  /** Since when nothing or nearly nothing came; ISO 8601, UTC. */
  readonly since: string;
  /** What came within the hours that were looked at. */
  readonly received: number;
  /** What usually comes in them. */
  readonly usual: number;
}

/** An alarm needs odds of this to one against mail that is only slack. */
const ODDS = 10_000;
/** On an ordinary day no less than this part of the usual volume is to be expected: slack weeks, a slow decline. */
const SLACK_SHARE = 0.5;
/** Up to this part of the usual volume is as good as nothing: a probe or an auto-reply hides no silence. */
const NEARLY_NOTHING = 0.05;
/** Once hours without any mail would be so many times as telling as it takes, looking further back adds nothing … */
const FAR_ENOUGH = 3;
/** … but for a trickle, which takes so many hours to show. */
const LEAST_HOURS = 12;
/** Mail comes in clusters, never as evenly as independent events would. */
const LEAST_DISPERSION = 1.5;
/** Dispersion beyond this is busy and idle days, which slackness and holidays allow for already. */
const MOST_DISPERSION = 4;

/**
 * Whether the endpoint of a profile has gone quiet.
 *
 * Looks back from the last hour, hour by hour, until the hours looked at promise enough mail to tell
 * anything. What they promise is counted with caution: half of what the same hours of the week brought on
 * average; of the two days that promise most, only half of what the quietest day of the week brings; and nothing
 * for hours of the week that are not learnt yet, nor for the first and the last hour looked at, whose mail may come
 * an hour early or late when clocks change. The number received is taken as negative binomial around that, with
 * the dispersion learnt. The endpoint is silent where so little has a probability below one in ten thousand, and
 * is nearly nothing beside the usual volume too.
 *
 * So an endpoint with a thousand messages an hour is found out within three hours, one with ten a working day
 * within eleven days, one with less than about two a day never. Nights and weekends promise what they usually
 * bring. Where nothing at all comes on the quietest day, two working days pass first; an organisation that closes
 * entirely for longer is reported as silent: nothing in the numbers tells the two apart.
 */
export function silenceOf(profile: VolumeProfile): Silence | undefined {
  const { recentCounts, lastHour } = profile;
  const enough = Math.log(ODDS);
  const dispersion = dispersionOf(profile);
  const promised = new PromisedVolume(promisesOf(profile));
  let received = 0;
  for (const [age, count] of recentCounts.entries()) {
    if (count === null) continue;
    received += count;
    // An hour promises something once both hours beside it are looked at.
    if (typeof recentCounts[age - 1] !== 'number' || typeof recentCounts[age - 2] !== 'number') continue;
    promised.add(lastHour - age + 1);
    const least = SLACK_SHARE * promised.withHolidays;
    const isNearlyNothing = received <= NEARLY_NOTHING * promised.usual;
    if (isNearlyNothing && improbabilityOfSoFew(received, least, dispersion) >= enough) {
      return { since: beginning(profile, age), received, usual: Math.round(promised.usual) };
    }
    const isFarEnough = age + 1 >= LEAST_HOURS && improbabilityOfSoFew(0, least, dispersion) >= FAR_ENOUGH * enough;
    if (isFarEnough) return undefined;
  }
  return undefined;
}

/** The start of the window that ends now and begins `age` hours ago, with the hours without mail before it. */
function beginning({ recentCounts, lastHour }: VolumeProfile, age: number): string {
  let first = age;
  while (recentCounts[first + 1] === 0) first += 1;
  return startOfHour(lastHour - first).toISOString();
}

function dispersionOf({ deviation: { squares, expected } }: VolumeProfile): number {
  const learnt = expected > 0 ? squares / expected : MOST_DISPERSION;
  return Math.min(Math.max(learnt, LEAST_DISPERSION), MOST_DISPERSION);
}
