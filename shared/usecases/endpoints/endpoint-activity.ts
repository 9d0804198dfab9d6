import type { VolumeProfile } from '../../domain/endpoint-volume.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import type { VolumeCount } from '../filing/volume-counts.ts';
import { typed } from '../item-data.ts';
import { volumePartition, volumeProfileKey } from '../message-keys.ts';

/** What an administrator sees of the mail of an endpoint. Times are ISO 8601, UTC. */
export interface EndpointActivity {
  /** When the last mail was received that is filed or in quarantine; absent where none is known of. */
  readonly lastArrivalAt?: string;
  /** Since when the endpoint is silent against its usual volume, as the last run of the watch saw it. */
  readonly silentSince?: string;
}

export async function endpointActivity(ports: Pick<Ports, 'tables'>, endpointId: string): Promise<EndpointActivity> {
  const { profile, lastArrivalAt } = await readVolume(ports, endpointId);
  const silentSince = profile?.data.silence.since;
  return { ...(lastArrivalAt && { lastArrivalAt }), ...(silentSince && { silentSince }) };
}

/**
 * The profile of an endpoint, and when its last mail was received. One small consistent read: both stand at the end of
 * a partition.
 */
export async function readVolume(
  { tables }: Pick<Ports, 'tables'>,
  endpointId: string,
): Promise<{ readonly profile: Item<VolumeProfile> | undefined; readonly lastArrivalAt: string | undefined }> {
  const { items } = await tables.query('messages', volumePartition(endpointId), { newestFirst: true, limit: 2 });
  const { sk } = volumeProfileKey(endpointId);
  const profileItem = items.find((item) => item.sk === sk);
  const countItem = items.find((item) => item.sk !== sk);
  const profile = profileItem && typed<VolumeProfile>(profileItem);
  const times = [profile?.data.lastArrivalAt, countItem && typed<VolumeCount>(countItem).data.lastReceivedAt];
  return {
    profile,
    lastArrivalAt: times
      .filter((time) => time !== undefined)
      .sort()
      .at(-1),
  };
}
