import type { Ports } from '../../ports/ports.ts';
import type { ItemKey } from '../../ports/tables.ts';
import { BOOK_TTL_MS, RecentAnswers } from '../configuration/recent-answers.ts';
import { getLogged } from '../logged-item.ts';

/** What private mail an auditor is shown: a message, or whatever is marked in a mailbox. */
export type PrivateMail = { readonly archiveId: string } | { readonly mailboxId: string };

/** Which private mail two administrators showed to which auditor: answers are kept for seconds. */
export class PrivateMailBook {
  readonly #ports: Pick<Ports, 'tables'>;
  readonly #shown: RecentAnswers<boolean>;

  constructor(ports: Pick<Ports, 'tables' | 'clock'>, ttlMs: number = BOOK_TTL_MS) {
    this.#ports = ports;
    this.#shown = new RecentAnswers(ports.clock, { ttlMs });
  }

  /** Whether an auditor may read a message that is marked private in all of `mailboxIds`. */
  async isShown(auditorId: string, archiveId: string, mailboxIds: readonly string[]): Promise<boolean> {
    if (await this.#has(auditorId, { archiveId })) return true;
    const shown = await Promise.all(mailboxIds.map((mailboxId) => this.#has(auditorId, { mailboxId })));
    return shown.length > 0 && shown.every(Boolean);
  }

  forget(auditorId: string, mail: PrivateMail): void {
    const { pk, sk } = shownKey(auditorId, mail);
    this.#shown.forget(`${pk} ${sk}`);
  }

  #has(auditorId: string, mail: PrivateMail): Promise<boolean> {
    const key = shownKey(auditorId, mail);
    return this.#shown.get(`${key.pk} ${key.sk}`, async () => {
      return (await getLogged(this.#ports, 'configuration', key)) !== undefined;
    });
  }
}

/** By the user's id: a successor of the name is shown nothing. */
export function shownKey(auditorId: string, mail: PrivateMail): ItemKey {
  const sk = 'archiveId' in mail ? `message#${mail.archiveId}` : `mailbox#${mail.mailboxId}`;
  return { pk: `shown-to#${auditorId}`, sk };
}
