import { dataOf } from '../../shared/usecases/item-data.ts';
import type { CloudWorld } from './cloud-world.ts';
import { scheduledEvent } from './events.ts';

const HOUR_MS = 3_600_000;

/** A profile whose run was missed, and another that failed; then what is mailed of both. */
export async function tellTroubles(world: CloudWorld, mailboxId: string): Promise<void> {
  await world.api('PUT', '/settings/notifications', { recipients: ['ops@example.org'] });
  const { profileId } = await world.api('POST', '/profiles', {
    name: 'missed',
    server: { host: 'mail.example.org' },
    credentials: { userName: 'anna', password: 'secret' },
    target: { mailboxId },
    schedule: { cron: '* * * * *' },
  });
  // As of a profile that was made an hour ago.
  const item = await world.tables.get('configuration', { pk: 'profile', sk: profileId });
  if (!item) throw new Error('the profile is not where it should be');
  const hourAgo = new Date(Date.now() - HOUR_MS).toISOString();
  await world.tables.put('configuration', { ...item, data: { ...item.data, createdAt: hourAgo } });
  const lookedUntil = new Date(Date.now() - HOUR_MS / 2).toISOString();
  await world.tables.put('activity', { pk: 'digest', sk: 'schedules', version: 1, data: { lookedUntil } });
  const at = new Date(Date.now() - HOUR_MS / 2).toISOString();
  const failed = { kind: 'job', jobKind: 'fetch', outcome: 'failed', jobId: 'job-1', profileId, counts: {}, at };
  await world.tables.put('activity', { pk: 'trouble', sk: `${at}#job-1`, version: 1, data: dataOf(failed) });
  await world.invoke('send-digest', scheduledEvent());
  await world.api('DELETE', `/profiles/${profileId}`);
}
