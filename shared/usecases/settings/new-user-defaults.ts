import type { GlobalPrivilege, MailboxPrivilege } from '../../domain/privilege.ts';
import { InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { mailboxKey } from '../configuration/configuration-keys.ts';
import type { Setting } from '../configuration/setting.ts';
import { getLogged } from '../logged-item.ts';

/** What new users get where nothing else is said. Auditors get none of it. */
export interface NewUserDefaults {
  readonly privileges: readonly GlobalPrivilege[];
  /** On the mailbox that is made with a user. */
  readonly ownMailbox: readonly MailboxPrivilege[];
  /** Further mailboxes. */
  readonly access: readonly { readonly mailboxId: string; readonly privileges: readonly MailboxPrivilege[] }[];
}

export const NEW_USER_DEFAULTS: NewUserDefaults = {
  privileges: ['login', 'changePassword'],
  ownMailbox: ['read'],
  access: [],
};

/** Changes what `change` names and answers all. Throws `InvalidRequestError` for a mailbox that is not there. */
export async function changeNewUserDefaults(
  ports: Pick<Ports, 'tables'>,
  setting: Setting<NewUserDefaults>,
  change: Partial<NewUserDefaults>,
): Promise<NewUserDefaults> {
  for (const { mailboxId } of change.access ?? []) {
    if (!(await getLogged(ports, 'configuration', mailboxKey(mailboxId)))) {
      throw new InvalidRequestError(`access: there is no mailbox ${mailboxId.slice(0, 100)}`);
    }
  }
  return await setting.change(change);
}
