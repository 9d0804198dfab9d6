import type { Ports } from '../../ports/ports.ts';
import { NOTIFICATIONS_KEY } from '../configuration/configuration-keys.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';

/** Who is mailed about what did not go as planned. */
export interface Notifications {
  /** E-mail addresses. */
  readonly recipients: readonly string[];
  /** Address that the mail is from; `null`: that of the system. */
  readonly from: string | null;
  /** Hour of the day, UTC, at which the mail goes out; `null`: within the hour, one an hour at most. */
  readonly hour: number | null;
}

export const DEFAULT_NOTIFICATIONS: Notifications = { recipients: [], from: null, hour: null };

/** The settings as they are stored now. */
export async function storedNotifications(ports: Pick<Ports, 'tables'>): Promise<Notifications> {
  const item = await getLogged(ports, 'configuration', NOTIFICATIONS_KEY);
  return { ...DEFAULT_NOTIFICATIONS, ...(item && typed<Partial<Notifications>>(item).data) };
}
