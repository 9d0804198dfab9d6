import type { MessageScope } from '../../domain/message-scope.ts';
import type { Quarantined } from '../../domain/quarantined.ts';
import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import type { Ports } from '../../ports/ports.ts';
import { type ListPage, type ListPlace, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { QUARANTINE } from '../message-keys.ts';

/** What a hold covers of what waits in quarantine, newest first. */
export function quarantineOfHold(
  ports: Pick<Ports, 'tables'>,
  { scope }: Pick<LegalHold, 'scope'>,
  page: PageRequest,
): Promise<ListPage<Quarantined>> {
  return listPage(ports, { ...quarantineRange(scope), newestFirst: true }, page, (item) => {
    const { data } = typed<Quarantined>(item);
    return data.replayedAt === undefined ? data : undefined;
  });
}

/** Ids in quarantine begin with the time of receipt (`quarantineIdOf`). */
export function quarantineRange({ from, to }: MessageScope): ListPlace {
  const idAt = (time: string) => `q-${time.replace(/[-:.]/g, '')}`;
  return {
    table: 'activity',
    pk: QUARANTINE,
    ...(from === undefined ? {} : { from: idAt(from) }),
    ...(to === undefined ? {} : { to: idAt(to) }),
  };
}
