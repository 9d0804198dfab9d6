import type { AccessGrant } from '../../domain/access.ts';
import { MAX_NESTING, type Membership } from '../../domain/group.ts';
import type { MailboxPrivilege } from '../../domain/privilege.ts';
import type { Caller } from '../../domain/session.ts';
import { accessKey, accessPartition, membershipPartition } from '../configuration/configuration-keys.ts';
import { BOOK_TTL_MS, type BookPorts, RecentAnswers } from '../configuration/recent-answers.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';

/** How many groups of one user count, the nearest first: bounds the reads of one authorisation. */
const MAX_GROUPS_OF_USER = 500;
/** Of how many users and groups the mailboxes they may read are kept: such a list may name all mailboxes. */
const MAX_LISTS = 100;

type Asking = Pick<Caller, 'userId' | 'mailboxIds'>;

/** Who may do what on which mailbox, as every request asks it: answers are kept for seconds. */
export class AccessBook {
  readonly #ports: BookPorts;
  readonly #grants: RecentAnswers<readonly MailboxPrivilege[]>;
  readonly #groups: RecentAnswers<readonly string[]>;
  readonly #readable: RecentAnswers<readonly string[]>;

  constructor(ports: BookPorts, ttlMs: number = BOOK_TTL_MS) {
    this.#ports = ports;
    this.#grants = new RecentAnswers(ports.clock, { ttlMs });
    this.#groups = new RecentAnswers(ports.clock, { ttlMs });
    this.#readable = new RecentAnswers(ports.clock, { ttlMs, maxAnswers: MAX_LISTS });
  }

  /**
   * What `caller` was granted on the mailbox, as a user and through groups; empty where nothing, or beyond an API key's
   * reach.
   */
  async privilegesOn(caller: Asking, mailboxId: string): Promise<readonly MailboxPrivilege[]> {
    if (caller.mailboxIds && !caller.mailboxIds.includes(mailboxId)) return [];
    const principalIds = await this.principalsOf(caller.userId);
    const granted = await Promise.all(principalIds.map((principalId) => this.#granted(principalId, mailboxId)));
    return [...new Set(granted.flat())];
  }

  /**
   * Ids of the mailboxes that `caller` was granted to read, as a user and through groups, in no order; within an API
   * key's reach.
   */
  async readableBy(caller: Asking): Promise<readonly string[]> {
    const principalIds = await this.principalsOf(caller.userId);
    const granted = await Promise.all(principalIds.map((principalId) => this.#readableOf(principalId)));
    const reach = caller.mailboxIds && new Set(caller.mailboxIds);
    return [...new Set(granted.flat())].filter((mailboxId) => reach?.has(mailboxId) ?? true);
  }

  /** The ids of a user and of the groups that the user is in, directly or through other groups, nearest first. */
  async principalsOf(userId: string): Promise<readonly string[]> {
    const found = new Set([userId]);
    let innermost = [userId];
    for (let depth = 0; depth < MAX_NESTING && innermost.length > 0; depth++) {
      const around = await Promise.all(innermost.map((memberId) => this.#groupsOf(memberId)));
      // A cycle that two changes at once made ends here.
      innermost = [...new Set(around.flat())].filter((groupId) => !found.has(groupId));
      for (const groupId of innermost) found.add(groupId);
    }
    return [...found].slice(0, MAX_GROUPS_OF_USER + 1);
  }

  forget(principalId: string, mailboxId: string): void {
    this.#grants.forget(answerKey(principalId, mailboxId));
    this.#readable.forget(principalId);
  }

  /** Forgets which groups a user or group is in. */
  forgetMember(memberId: string): void {
    this.#groups.forget(memberId);
  }

  #granted(principalId: string, mailboxId: string): Promise<readonly MailboxPrivilege[]> {
    return this.#grants.get(answerKey(principalId, mailboxId), async () => {
      const item = await getLogged(this.#ports, 'configuration', accessKey(principalId, mailboxId));
      return item ? typed<AccessGrant>(item).data.privileges : [];
    });
  }

  #readableOf(principalId: string): Promise<readonly string[]> {
    return this.#readable.get(principalId, async () => {
      const mailboxIds: string[] = [];
      for await (const item of queryAll(this.#ports, 'configuration', accessPartition(principalId))) {
        const { privileges = [] } = typed<Partial<AccessGrant>>(item).data;
        if (!item.removed && privileges.includes('read')) mailboxIds.push(item.sk);
      }
      return mailboxIds;
    });
  }

  #groupsOf(memberId: string): Promise<readonly string[]> {
    return this.#groups.get(memberId, async () => await groupsAround(this.#ports, memberId));
  }
}

/** The groups that a user or group is in directly, read afresh and consistently. */
export async function groupsAround(ports: Pick<BookPorts, 'tables'>, memberId: string): Promise<readonly string[]> {
  const groupIds: string[] = [];
  for await (const item of queryAll(ports, 'configuration', membershipPartition(memberId))) {
    if (!item.removed) groupIds.push(typed<Membership>(item).data.groupId);
  }
  return groupIds;
}

/** Ids have no `#`. */
function answerKey(principalId: string, mailboxId: string): string {
  return `${principalId}#${mailboxId}`;
}
