import type { Ports } from '../../shared/ports/ports.ts';
import { listSyncStates } from '../../shared/usecases/folder-sync/sync-states.ts';

const PAGE = 200;
/** What a monitoring system asks every minute must not cost what the largest archive has. */
const MAX_STATES = 2_000;

/** What the last runs of folder synchronisation found missing, as Prometheus text (exposition format 0.0.4). */
export async function completenessMetrics(ports: Pick<Ports, 'tables'>): Promise<string> {
  const missing = new Map<string, number>();
  const mailboxes = new Map<string, number>();
  let cursor: string | undefined;
  let seen = 0;
  do {
    const page = await listSyncStates(ports, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const state of page.items) {
      missing.set(state.profileId, (missing.get(state.profileId) ?? 0) + state.missing);
      mailboxes.set(state.profileId, (mailboxes.get(state.profileId) ?? 0) + (state.missing > 0 ? 1 : 0));
    }
    seen += page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && seen < MAX_STATES);
  return [
    '# HELP letterlock_missing_messages Messages of live mailboxes that the archive did not have at the last run, by profile.',
    '# TYPE letterlock_missing_messages gauge',
    ...[...missing].map(([profileId, count]) => `letterlock_missing_messages{profile="${profileId}"} ${count}`),
    '# HELP letterlock_incomplete_mailboxes Mailboxes of which the archive did not have everything at the last run, by profile.',
    '# TYPE letterlock_incomplete_mailboxes gauge',
    ...[...mailboxes].map(([profileId, count]) => `letterlock_incomplete_mailboxes{profile="${profileId}"} ${count}`),
    '',
  ].join('\n');
}
