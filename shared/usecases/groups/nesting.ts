import { MAX_NESTING, type Membership } from '../../domain/group.ts';
import type { Ports } from '../../ports/ports.ts';
import { groupsAround } from '../access/access-book.ts';
import { memberListPartition } from '../configuration/configuration-keys.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** What keeps `memberId` (a group) out of `groupId`, or `undefined`: a cycle, or groups nested too deeply. */
export async function nestingFault(ports: ReadPorts, groupId: string, memberId: string): Promise<string | undefined> {
  const around = await levels([groupId], (id) => groupsAround(ports, id));
  if (around.flat().includes(memberId)) return 'the group would contain itself';
  const within = await levels([memberId], (id) => groupsWithin(ports, id));
  if (around.length + within.length <= MAX_NESTING) return undefined;
  return `groups lie at most ${MAX_NESTING} deep in one another`;
}

/** The groups level by level, the given ones first; beyond what is allowed the answer is long enough already. */
async function levels(
  first: readonly string[],
  next: (groupId: string) => Promise<readonly string[]>,
): Promise<readonly (readonly string[])[]> {
  const found: (readonly string[])[] = [];
  let level = first;
  while (level.length > 0 && found.length <= MAX_NESTING) {
    found.push(level);
    const further = await Promise.all(level.map(next));
    level = [...new Set(further.flat())];
  }
  return found;
}

/** Eventually consistent: what two changes at once nest too deeply does not count, as reading stops at the depth. */
async function groupsWithin(ports: ReadPorts, groupId: string): Promise<readonly string[]> {
  const groupIds: string[] = [];
  const items = queryAll(ports, 'configuration', memberListPartition(groupId), { index: 'list', prefix: 'group-' });
  for await (const item of items) groupIds.push(typed<Membership>(item).data.memberId);
  return groupIds;
}
