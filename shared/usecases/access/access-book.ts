import type { AccessGrant } from '../../domain/access.ts';
import type { MailboxPrivilege } from '../../domain/privilege.ts';
import type { Caller } from '../../domain/session.ts';
import { principalKey } from '../../domain/user-name.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { BOOK_TTL_MS, type BookPorts } from '../mailboxes/address-book.ts';
import { accessKey } from '../mailboxes/configuration-keys.ts';
import { RecentAnswers } from './recent-answers.ts';

/** Who may do what on which mailbox, as every request asks it: answers are kept for seconds. */
export class AccessBook {
  readonly #ports: BookPorts;
  readonly #grants: RecentAnswers<readonly MailboxPrivilege[]>;

  constructor(ports: BookPorts, ttlMs: number = BOOK_TTL_MS) {
    this.#ports = ports;
    this.#grants = new RecentAnswers(ports.clock, { ttlMs });
  }

  /** What `caller` was granted on the mailbox; empty where nothing. */
  privilegesOn(caller: Pick<Caller, 'userName'>, mailboxId: string): Promise<readonly MailboxPrivilege[]> {
    const { userName } = caller;
    return this.#grants.get(answerKey(userName, mailboxId), async () => {
      const item = await getLogged(this.#ports, 'configuration', accessKey(userName, mailboxId));
      return item ? typed<AccessGrant>(item).data.privileges : [];
    });
  }

  forget(principal: string, mailboxId: string): void {
    this.#grants.forget(answerKey(principal, mailboxId));
  }
}

/** Names of principals have no `#`. */
function answerKey(principal: string, mailboxId: string): string {
  return `${principalKey(principal)}#${mailboxId}`;
}
