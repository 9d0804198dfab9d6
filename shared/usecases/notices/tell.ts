import type { Notice } from '../../domain/notice.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf } from '../item-data.ts';
import { createLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { EVERYBODY, noticesOf } from './notice-keys.ts';

/** Whom something concerns: users by id, or all of them. */
export type Concerned = readonly string[] | 'everybody';

/** Leaves a notice for everybody concerned. */
export async function tell(
  ports: Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy'>,
  concerned: Concerned,
  facts: Omit<Notice, 'noticeId' | 'at' | 'readAt'>,
): Promise<void> {
  const partitions = concerned === 'everybody' ? [EVERYBODY] : [...new Set(concerned)].map(noticesOf);
  const at = ports.clock.now().toISOString();
  for (const pk of partitions) {
    const notice: Notice = { noticeId: newId(ports, 'notice'), at, ...facts };
    await createLogged(ports, 'activity', { pk, sk: notice.noticeId }, { data: dataOf(notice) });
  }
}
