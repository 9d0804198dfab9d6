import { isDue, told } from '../../domain/alarm.ts';
import { silenceOf } from '../../domain/endpoint-silence.ts';
import type { VolumeProfile } from '../../domain/endpoint-volume.ts';
import { quarantineRiseOf } from '../../domain/quarantine-rise.ts';
import type { DomainEvent } from '../../ports/events.ts';

/**
 * What is to be told after an endpoint's profile changed from `before` to `after`, and the profile once it has
 * been: a silence or a rise once and again each day, and the end of a silence that was told.
 */
export function alarmEvents(
  endpointId: string,
  before: VolumeProfile,
  after: VolumeProfile,
  now: Date,
): { readonly events: readonly DomainEvent[]; readonly profile: VolumeProfile } {
  const events: DomainEvent[] = [];
  let profile = after;
  if (isDue(after.silence, now)) {
    events.push(silentEvent(endpointId, after, now));
    profile = { ...profile, silence: told(after.silence, now) };
  }
  const { since, isTold } = before.silence;
  if (since !== undefined && isTold && after.silence.since === undefined) {
    events.push({ type: 'endpointHeardAgain', at: now, detail: { endpointId, silentSince: since } });
  }
  if (isDue(after.rise, now)) {
    events.push(risingEvent(endpointId, after, now));
    profile = { ...profile, rise: told(after.rise, now) };
  }
  return { events, profile };
}

function silentEvent(endpointId: string, profile: VolumeProfile, at: Date): DomainEvent {
  const { silence, lastArrivalAt } = profile;
  const seen = silenceOf(profile);
  return {
    type: 'endpointSilent',
    at,
    detail: {
      endpointId,
      silentSince: silence.since ?? '',
      ...(lastArrivalAt && { lastArrivalAt }),
      ...(seen && { received: seen.received, usual: seen.usual }),
    },
  };
}

function risingEvent(endpointId: string, profile: VolumeProfile, at: Date): DomainEvent {
  const seen = quarantineRiseOf(profile);
  return {
    type: 'endpointQuarantineRising',
    at,
    detail: {
      endpointId,
      since: profile.rise.since ?? '',
      ...(seen && { received: seen.received, quarantined: seen.quarantined }),
      ...(seen && { usualPercent: Math.round(seen.usualShare * 100) }),
    },
  };
}
