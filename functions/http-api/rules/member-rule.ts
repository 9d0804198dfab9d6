import { accessPartition } from '../../../shared/usecases/configuration/configuration-keys.ts';
import type { ConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { getGroup } from '../../../shared/usecases/groups/find-groups.ts';
import { getPrincipal, idOf } from '../../../shared/usecases/identity/principals.ts';
import { concernedBy } from '../../../shared/usecases/notices/concerned-by.ts';
import type { SensitiveRule } from '../route.ts';

/** Of how many mailboxes of one group people are told: a group with access to all must not make a request long. */
const MAX_MAILBOXES = 100;

/** Joining a group that has access to mailboxes is granting it to oneself, also where a group of one's own joins. */
export const memberRule: SensitiveRule<{ readonly groupName: string; readonly member: string }, unknown> = async ({
  api,
  caller,
  params: { groupName, member },
}) => {
  const { configuration } = api.settings;
  const { ports, access } = configuration;
  const { groupId } = await getGroup(ports, groupName);
  const memberId = idOf(await getPrincipal(ports, member));
  const own = await access.principalsOf(caller.userId);
  if (!own.includes(memberId) || own.includes(groupId)) return undefined;
  const mailboxIds = await mailboxesOf(configuration, groupId);
  if (mailboxIds.length === 0) return undefined;
  const concerned: string[] = [];
  for (const mailboxId of mailboxIds) concerned.push(...(await concernedBy(ports, mailboxId)));
  return {
    action: 'grantAccess',
    concerned: concerned.filter((userId) => userId !== caller.userId),
    pins: { groupId, memberId },
  };
};

/** The mailboxes that a group has access to, itself or through the groups around it. */
async function mailboxesOf({ ports, access }: ConfigurationContext, groupId: string): Promise<readonly string[]> {
  const principalIds = await access.principalsOf(groupId);
  const pages = await Promise.all(
    principalIds.map((one) => ports.tables.query('configuration', accessPartition(one), { limit: MAX_MAILBOXES })),
  );
  const mailboxIds = pages.flatMap(({ items }) => items.filter(({ removed }) => !removed).map(({ sk }) => sk));
  return [...new Set(mailboxIds)].slice(0, MAX_MAILBOXES);
}
