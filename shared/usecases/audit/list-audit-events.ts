import { type AuditCategory, type AuditEvent, categoryOf } from '../../domain/audit-event.ts';
import { principalKey } from '../../domain/user-name.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item, QueryOptions } from '../../ports/tables.ts';
import type { ListPage, PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { firstIdAt } from '../new-id.ts';
import { categoryPartitions, EVENT_PREFIX, eventPartitions, objectPartition, userPartition } from './audit-keys.ts';

/** Which events are wanted; all that is given must hold. `from` is inclusive, `to` exclusive. */
export interface AuditFilter {
  readonly from?: Date;
  readonly to?: Date;
  /** Who did it. */
  readonly user?: string;
  /** The id of what it was done to. */
  readonly object?: string;
  readonly category?: AuditCategory;
}

/** How often one page is filled up: what other filters leave out must not make a request long. */
const MAX_ROUNDS = 10;
/** Read of each partition beyond its share, as events do not spread evenly. */
const SPARE = 8;

/** Events newest first. A page may be short, even empty, and still have a cursor. */
export async function listAuditEvents(
  ports: Pick<Ports, 'tables'>,
  filter: AuditFilter,
  { limit, cursor }: PageRequest,
): Promise<ListPage<AuditEvent>> {
  const place = placeOf(filter);
  const items: AuditEvent[] = [];
  let before = cursor;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const slice = await newestOf(ports, place, filter, before, limit);
    for (const [i, event] of slice.events.entries()) {
      if (isWanted(event, filter)) items.push(event);
      const isLast = i + 1 === slice.events.length && slice.next === undefined;
      if (items.length === limit) return isLast ? { items } : { items, cursor: event.eventId };
    }
    before = slice.next;
    if (before === undefined) return { items };
  }
  return before === undefined ? { items } : { items, cursor: before };
}

interface Place {
  readonly partitions: readonly string[];
  readonly index?: 'list';
}

/** What most likely holds the fewest that are not wanted. */
function placeOf({ object, user, category }: AuditFilter): Place {
  if (object !== undefined) return { partitions: [objectPartition(object)] };
  if (user !== undefined) return { partitions: [userPartition(user)] };
  if (category !== undefined) return { partitions: categoryPartitions(category), index: 'list' };
  return { partitions: eventPartitions() };
}

function isWanted({ actor, object, action }: AuditEvent, filter: AuditFilter): boolean {
  const { user, object: id, category } = filter;
  if (user !== undefined && principalKey(actor.userName ?? '') !== principalKey(user)) return false;
  return (id === undefined || object?.id === id) && (category === undefined || categoryOf(action) === category);
}

/**
 * Some of the newest events before `before`, from all partitions in one order; `next` is where to go on. What a
 * partition has beyond what was read of it is older than all that is answered.
 */
async function newestOf(
  { tables }: Pick<Ports, 'tables'>,
  { partitions, index }: Place,
  { from, to }: AuditFilter,
  before: string | undefined,
  limit: number,
): Promise<{ readonly events: readonly AuditEvent[]; readonly next: string | undefined }> {
  const last = before ?? (to && firstIdAt(EVENT_PREFIX, to));
  const options: QueryOptions = {
    newestFirst: true,
    limit: Math.ceil(limit / partitions.length) + SPARE,
    ...(from ? { from: firstIdAt(EVENT_PREFIX, from) } : {}),
    ...(last === undefined ? {} : { to: last }),
  };
  const pages = await Promise.all(
    partitions.map(async (pk) => {
      let items: readonly Item[] = [];
      let cursor: string | undefined;
      do {
        const query = cursor === undefined ? options : { ...options, cursor };
        const page = await (index
          ? tables.queryIndex('activity', index, pk, query)
          : tables.query('activity', pk, query));
        items = page.items.filter(({ sk }) => before === undefined || sk < before);
        cursor = page.cursor;
      } while (items.length === 0 && cursor !== undefined);
      return { items, reachesTo: cursor === undefined ? undefined : items.at(-1)?.sk };
    }),
  );
  const limits = pages.map(({ reachesTo }) => reachesTo).filter((sk) => sk !== undefined);
  const next = limits.toSorted().at(-1);
  const items = pages.flatMap((page) => page.items).filter(({ sk }) => next === undefined || sk >= next);
  const sorted = items.toSorted((a, b) => (a.sk < b.sk ? 1 : -1));
  return { events: sorted.map((item) => typed<AuditEvent>(item).data), next };
}
