import { SHARE_HOURS, startOfHour, type VolumeProfile } from './endpoint-volume.ts';
import { improbabilityOfSoMany } from './improbability.ts';

/** That more of an endpoint's mail goes to quarantine than usual. */
export interface QuarantineRise {
  /** The beginning of the hours that were looked at; ISO 8601, UTC. */
  readonly since: string;
  /** What came in these hours, and how much of it went to quarantine. */
  readonly received: number;
  readonly quarantined: number;
  /** The share that was usual before; 0 to 1. */
  readonly usualShare: number;
}

/** As in the alarm of silence. */
const ODDS = 10_000;
/** Looks at no less than this: an hour in which a scanner comes by is no change. */
const LEAST_HOURS = 6;
/** And at no less than so many messages, if a week brings as many. */
const LEAST_RECEIVED = 20;
/** So few in quarantine can be looked at one by one. */
const LEAST_QUARANTINED = 10;
/** Up to so many times the usual share is chance. */
const TOLERATED_FACTOR = 2;
/** Up to this share nobody need be told, however little is usual. */
const TOLERATED_SHARE = 0.05;

/**
 * Whether the share of quarantine has jumped: whether, of the last hours that brought enough mail to tell, the
 * share is above twice the usual one and above 5 %, by more than chance explains. What is usual is learnt from
 * hours older than a week; an endpoint that has learnt nothing is taken to quarantine nothing.
 */
export function quarantineRiseOf(profile: VolumeProfile): QuarantineRise | undefined {
  const { older, recentCounts, recentQuarantined } = profile;
  let received = 0;
  let quarantined = 0;
  let hours = 0;
  while (hours < SHARE_HOURS && (hours < LEAST_HOURS || received < LEAST_RECEIVED)) {
    received += recentCounts[hours] ?? 0;
    quarantined += recentQuarantined[hours] ?? 0;
    hours += 1;
  }
  if (quarantined < LEAST_QUARANTINED) return undefined;
  const usualShare = older.count > 0 ? older.quarantined / older.count : 0;
  const tolerated = Math.max(TOLERATED_FACTOR * usualShare, TOLERATED_SHARE);
  if (tolerated >= 1 || improbabilityOfSoMany(quarantined, received, tolerated) < Math.log(ODDS)) return undefined;
  return { since: startOfHour(profile.lastHour - hours + 1).toISOString(), received, quarantined, usualShare };
}
