import { cleared, raised } from './alarm.ts';
import { silenceOf } from './endpoint-silence.ts';
import { type HourVolume, learnHour, type VolumeProfile } from './endpoint-volume.ts';
import { quarantineRiseOf } from './quarantine-rise.ts';

/**
 * The profile after the next hour, with its alarms raised or cleared. Silence ends with mail only: an hour
 * in which something came, after which the rule no longer holds.
 */
export function watchHour(profile: VolumeProfile, volume: HourVolume): VolumeProfile {
  const learnt = learnHour(profile, volume);
  const silence = silenceOf(learnt);
  const rise = quarantineRiseOf(learnt);
  const { silence: alarm } = profile;
  const isHeard = !silence && volume.count > 0;
  return {
    ...learnt,
    silence: silence ? raised(alarm, silence.since) : isHeard ? cleared(alarm) : alarm,
    rise: rise ? raised(profile.rise, rise.since) : cleared(profile.rise),
  };
}
