import { z } from 'zod';
import type { ListPage, PageRequest } from '../../shared/usecases/configuration/configuration-page.ts';
import type { ApiRequest } from './api-request.ts';
import { ok } from './api-response.ts';
import { openCursor, sealCursor } from './page-cursor.ts';
import { type Route, type RouteContext, type RouteDescription, route } from './route.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

const PAGE = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().max(4_096).optional(),
};

/** The query of a list without filters of its own. */
export const PAGE_QUERY = z.strictObject(PAGE);

/** The query of a list with filters. */
export function pageQuery<Filters extends z.ZodRawShape>(filters: Filters) {
  return z.strictObject({ ...filters, ...PAGE });
}

/**
 * A GET route that answers `{items, cursor?}` and takes `limit` and `cursor` beside its own filters.
 * `read` gives a page; its cursor is sealed here, for this path and these filters.
 */
export function listRoute<
  Item extends z.ZodType,
  Query extends z.ZodObject,
  Params extends z.ZodObject = z.ZodObject<Record<never, never>>,
>(
  path: string,
  description: Pick<RouteDescription, 'summary' | 'privilege'> & {
    readonly params?: Params;
    readonly query: Query;
    readonly item: Item;
  },
  read: (
    context: RouteContext<z.output<Params>, z.output<Query>, unknown>,
    page: PageRequest,
  ) => Promise<ListPage<z.input<Item>>>,
): Route {
  const { item, ...rest } = description;
  const responses = { 200: z.object({ items: z.array(item), cursor: z.string().optional() }) };
  return route<Params, Query>('GET', path, { ...rest, responses }, async (context) => {
    const { ports } = context.api;
    const scope = scopeOf(context.request);
    const { limit, cursor } = z.object(PAGE).parse(context.query);
    const inner = cursor === undefined ? undefined : await openCursor(ports, scope, cursor);
    const page = await read(context, inner === undefined ? { limit } : { limit, cursor: inner });
    const { items } = page;
    return ok(page.cursor === undefined ? { items } : { items, cursor: await sealCursor(ports, scope, page.cursor) });
  });
}

/** Names a list: its path and filters, in any order. */
export function scopeOf({ segments, query }: ApiRequest): string {
  const filters = Object.entries(query).filter(([name]) => name !== 'limit' && name !== 'cursor');
  return JSON.stringify([segments, filters.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
