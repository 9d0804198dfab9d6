import type { MessageScope } from '../../domain/message-scope.ts';
import type { Quarantined } from '../../domain/quarantined.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { quarantineRange } from '../holds/quarantine-of-hold.ts';
import { typed } from '../item-data.ts';
import { type LoggedWrite, removeLogged, writeAllLogged } from '../logged-item.ts';
import { quarantineItemKey, requestedQuarantineKey, requestedQuarantinePartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import type { ConcernsThem } from './may-concern.ts';

type ReadPorts = Pick<Ports, 'tables'>;
type FindPorts = Pick<Ports, 'tables' | 'log' | 'archive' | 'clock'>;

/** Inputs that are looked through at once: bounds memory. */
const AT_ONCE = 4;

/** All of quarantine in the period of a scope, what was deleted or filed after all too, oldest first; behind `after`. */
export async function* quarantineIn(ports: ReadPorts, scope: MessageScope, after?: string): AsyncIterable<Item> {
  const { table, pk, ...period } = quarantineRange(scope);
  const range = after === undefined ? period : { ...period, from: after };
  for await (const item of queryAll(ports, table, pk, range)) if (item.sk !== after) yield item;
}

/**
 * Brings what a request found in quarantine up to date with these items: adds what may concern whom it is about, and
 * takes away what waits no more. What it has already is not looked through again. Answers how many of them it has now;
 * what it added is in the log then. Safe to repeat, and beside others. Throws `StorageError`.
 */
export async function findQuarantined(
  ports: FindPorts,
  requestId: string,
  concernsThem: ConcernsThem,
  items: readonly Item[],
): Promise<number> {
  const added: LoggedWrite[] = [];
  let known = 0;
  await eachAtOnce(items, AT_ONCE, async (item) => {
    const key = requestedQuarantineKey(requestId, item.sk);
    const current = await ports.tables.get('activity', key);
    const isKnown = current !== undefined && !current.removed;
    const waiting = waitingIn(item);
    if (isKnown && waiting) known += 1;
    else if (isKnown) await takeAway(ports, current);
    else if (waiting && (await concernsThem(ports, waiting))) {
      const data = { foundAt: ports.clock.now().toISOString() };
      added.push({ key, data, ...(current ? { current } : {}) });
    }
  });
  // What was not written another run has written.
  await writeAllLogged(ports, 'activity', added);
  return known + added.length;
}

/** What a request found in quarantine and still waits there, newest first. */
export function listRequestedQuarantine(
  ports: ReadPorts,
  requestId: string,
  page: PageRequest,
): Promise<ListPage<Quarantined>> {
  const place = { table: 'activity', pk: requestedQuarantinePartition(requestId), newestFirst: true } as const;
  return listPage(ports, place, page, async ({ sk }) => {
    const item = await ports.tables.get('activity', quarantineItemKey(sk));
    return item && waitingIn(item);
  });
}

/** Whether anything of that waits; in doubt, where a lot of it does not, it may. */
export async function isQuarantineLeft(ports: ReadPorts, requestId: string): Promise<boolean> {
  const { items, cursor } = await listRequestedQuarantine(ports, requestId, { limit: 50 });
  return items.length > 0 || cursor !== undefined;
}

/** `undefined` where it was deleted, or filed after all. */
function waitingIn(item: Item): Quarantined | undefined {
  if (item.removed) return undefined;
  const { data } = typed<Quarantined>(item);
  return data.replayedAt === undefined ? data : undefined;
}

async function takeAway(ports: FindPorts, current: Item): Promise<void> {
  try {
    await removeLogged(ports, 'activity', current);
  } catch (error) {
    // Another run did.
    if (!(error instanceof ConflictError)) throw error;
  }
}
