import {
  type HourVolume,
  hourOf,
  newProfile,
  skipHours,
  startOfHour,
  type VolumeProfile,
  withoutRecent,
} from '../../domain/endpoint-volume.ts';
import { watchHour } from '../../domain/endpoint-watch.ts';
import type { JournalEndpoint } from '../../domain/journal-endpoint.ts';
import type { Ports } from '../../ports/ports.ts';
import { ENDPOINTS } from '../configuration/configuration-keys.ts';
import type { VolumeCount } from '../filing/volume-counts.ts';
import { dataOf, typed } from '../item-data.ts';
import { volumePartition, volumeProfileKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { alarmEvents } from './alarm-events.ts';
import { readVolume } from './endpoint-activity.ts';
import { beginWatchRun, type WatchRun } from './watch-run.ts';

type WatchPorts = Pick<Ports, 'tables' | 'events' | 'clock' | 'logs'>;

export interface WatchCounts {
  /** Live endpoints. */
  readonly endpoints: number;
  /** Hours summed up, over all endpoints. */
  readonly hours: number;
  /** Events published. */
  readonly events: number;
}

/** How many hours of an endpoint one run sums up: bounds a run after others failed; the next goes on. */
const MAX_HOURS = 48;
/** The profile of an endpoint that is no longer watched vanishes. */
const PROFILE_KEPT_SECONDS = 90 * 24 * 60 * 60;

/**
 * Sums up each hour that is over and not learnt yet, for every live endpoint, and publishes what changed: that
 * one is silent, is heard again, or has more in quarantine than usual. Runs every `intervalMs`. Safe to repeat
 * and beside itself: a profile names the last hour learnt and is replaced by version. An event is published
 * before the profile says that it was, so a crash between tells it twice. Throws the first failure once all
 * endpoints had their turn.
 */
export async function watchEndpoints(ports: WatchPorts, intervalMs: number): Promise<WatchCounts> {
  const run = await beginWatchRun(ports, intervalMs);
  const counts = { endpoints: 0, hours: 0, events: 0 };
  const failures: unknown[] = [];
  for await (const item of queryAll(ports, 'configuration', ENDPOINTS)) {
    const endpoint = typed<JournalEndpoint>(item).data;
    if (item.removed || endpoint.deletedAt !== undefined) continue;
    counts.endpoints += 1;
    try {
      const { hours, events } = await watchEndpoint(ports, run, endpoint);
      counts.hours += hours;
      counts.events += events;
    } catch (error) {
      ports.logs.warn('endpoint not watched', { endpointId: endpoint.endpointId, error });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return counts;
}

async function watchEndpoint(ports: WatchPorts, run: WatchRun, { endpointId, createdAt }: JournalEndpoint) {
  const { profile: item, lastArrivalAt } = await readVolume(ports, endpointId);
  const firstHour = Math.max(run.firstHour, hourOf(new Date(createdAt)) + 1);
  if (!item && firstHour > run.lastHour) return { hours: 0, events: 0 };
  const before = item?.data ?? newProfile(firstHour - 1);
  const caughtUp = atFirstHour(before, run);
  let after = caughtUp;
  while (after.lastHour < Math.min(run.lastHour, caughtUp.lastHour + MAX_HOURS)) {
    after = watchHour(after, await volumeOf(ports, endpointId, after.lastHour + 1));
  }
  if (after === before) return { hours: 0, events: 0 };
  const now = ports.clock.now();
  const known = lastArrivalAt === undefined ? after : { ...after, lastArrivalAt };
  const { events, profile } = alarmEvents(endpointId, before, known, now);
  for (const event of events) await ports.events.publish(event);
  const next = {
    ...volumeProfileKey(endpointId),
    version: (item?.version ?? 0) + 1,
    expiresAt: Math.ceil(now.getTime() / 1000) + PROFILE_KEPT_SECONDS,
    data: dataOf(profile),
  };
  // A conflict is another run, which learnt the same.
  if (item) await ports.tables.putIfVersion('messages', next, item.version);
  else await ports.tables.putIfAbsent('messages', next);
  return { hours: after.lastHour - caughtUp.lastHour, events: events.length };
}

/** The profile past the hours that nobody watched. */
function atFirstHour(profile: VolumeProfile, { firstHour, lastHour }: WatchRun): VolumeProfile {
  // The clock was set back.
  if (profile.lastHour > lastHour + 1) return withoutRecent(profile, lastHour);
  const unwatched = Math.min(firstHour - 1, lastHour) - profile.lastHour;
  return unwatched > 0 ? skipHours(profile, unwatched) : profile;
}

async function volumeOf(ports: WatchPorts, endpointId: string, hour: number): Promise<HourVolume> {
  const prefix = startOfHour(hour).toISOString().slice(0, 'yyyy-mm-ddThh:'.length);
  let count = 0;
  let quarantined = 0;
  for await (const item of queryAll(ports, 'messages', volumePartition(endpointId), { prefix })) {
    const counted = typed<VolumeCount>(item).data;
    count += counted.count;
    quarantined += counted.quarantined;
  }
  return { count, quarantined };
}
