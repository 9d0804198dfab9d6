import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { dataOf, typed } from '../item-data.ts';
import { getLogged, type LoggedChange } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** The partition of the configuration table that holds are listed from; ids begin with their time. */
const LEGAL_HOLDS = 'legal-hold';

export function holdKey(holdId: string): ItemKey {
  return { pk: LEGAL_HOLDS, sk: holdId };
}

export function holdData(hold: LegalHold): LoggedChange {
  return { data: dataOf(hold) };
}

/** Read consistently: what was answered to anybody before is among them. */
export async function activeHolds(ports: ReadPorts): Promise<readonly LegalHold[]> {
  const holds: LegalHold[] = [];
  for await (const item of queryAll(ports, 'configuration', LEGAL_HOLDS)) {
    const hold = typed<LegalHold>(item).data;
    if (!item.removed && hold.state === 'active') holds.push(hold);
  }
  return holds;
}

/** The item with its version, for whoever changes it. Throws `NotFoundError`. */
export async function holdItem(ports: ReadPorts, holdId: string): Promise<Item<LegalHold>> {
  const item = await getLogged(ports, 'configuration', holdKey(holdId));
  if (!item) throw new NotFoundError(`legal hold ${holdId}`);
  return typed<LegalHold>(item);
}

/** Throws `NotFoundError`. */
export async function getHold(ports: ReadPorts, holdId: string): Promise<LegalHold> {
  return (await holdItem(ports, holdId)).data;
}

/** All holds, or those of a state, newest first. */
export function listHolds(
  ports: ReadPorts,
  { state, ...page }: PageRequest & { readonly state?: LegalHold['state'] },
): Promise<ListPage<LegalHold>> {
  const place = { table: 'configuration', pk: LEGAL_HOLDS, newestFirst: true } as const;
  return listPage(ports, place, page, (item) => {
    const { data } = typed<LegalHold>(item);
    return state === undefined || data.state === state ? data : undefined;
  });
}
