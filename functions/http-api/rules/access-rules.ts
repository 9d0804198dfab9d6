import type { MailboxPrivilege } from '../../../shared/domain/privilege.ts';
import { getPrincipal, idOf } from '../../../shared/usecases/identity/principals.ts';
import { getMailbox } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { concernedBy } from '../../../shared/usecases/notices/concerned-by.ts';
import type { SensitiveRule } from '../route.ts';

/**
 * Access that people grant to themselves, or to a group they are in, takes four eyes; that which others get is told to
 * the mailbox's owner. Not sensitive is what takes privileges away, and one's own mailbox.
 */
export const grantRule: SensitiveRule<
  { readonly mailboxId: string; readonly principal: string },
  { readonly privileges: readonly MailboxPrivilege[] }
> = async ({ api, caller, params: { mailboxId, principal: name }, body: { privileges } }) => {
  const { ports, access } = api.settings.configuration;
  const { ownerId } = await getMailbox(ports, mailboxId);
  const principal = await getPrincipal(ports, name);
  const principalId = idOf(principal);
  const held = await access.privilegesOn({ userId: principalId }, mailboxId);
  if (ownerId === caller.userId || privileges.every((one) => held.includes(one))) return undefined;
  const facts = { action: 'grantAccess', subject: { mailboxId }, pins: { principalId } } as const;
  if ((await access.principalsOf(caller.userId)).includes(principalId)) {
    const concerned = (await concernedBy(ports, mailboxId)).filter((userId) => userId !== caller.userId);
    return { ...facts, concerned };
  }
  const isTold = ownerId !== undefined && ownerId !== principalId;
  return isTold ? { ...facts, concerned: [ownerId], fourEyes: 'never' } : undefined;
};
