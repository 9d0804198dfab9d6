import type { PolicyConditions } from '../../shared/domain/retention/retention-policy.ts';
import { InvalidRequestError, NotFoundError } from '../../shared/errors.ts';
import { getGroup } from '../../shared/usecases/groups/find-groups.ts';
import { findPrincipalById, nameOf } from '../../shared/usecases/identity/principals.ts';
import type { HttpApiPorts } from './http-api.ts';

type NamePorts = Pick<HttpApiPorts, 'tables'>;

/**
 * Conditions as clients write them, with names of groups, as they are kept. Throws `InvalidRequestError` for a name
 * that nobody has.
 */
export async function withGroupIds(ports: NamePorts, conditions: PolicyConditions): Promise<PolicyConditions> {
  const { groups } = conditions;
  return groups
    ? { ...conditions, groups: await Promise.all(groups.map((name) => groupIdOf(ports, name))) }
    : conditions;
}

/** Conditions as clients read them; a group that is no more is named by its id. */
export async function withGroupNames(ports: NamePorts, conditions: PolicyConditions): Promise<PolicyConditions> {
  const { groups } = conditions;
  if (!groups) return conditions;
  const names = await Promise.all(
    groups.map(async (groupId) => {
      const found = await findPrincipalById(ports, groupId);
      return found ? nameOf(found.principal) : groupId;
    }),
  );
  return { ...conditions, groups: names };
}

async function groupIdOf(ports: NamePorts, name: string): Promise<string> {
  try {
    return (await getGroup(ports, name)).groupId;
  } catch (error) {
    if (error instanceof NotFoundError) throw new InvalidRequestError(`conditions.groups: there is no group ${name}`);
    throw error;
  }
}
