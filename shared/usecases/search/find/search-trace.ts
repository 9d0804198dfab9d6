import { createHmac } from 'node:crypto';
import type { Ports } from '../../../ports/ports.ts';

/** What the audit trail keeps of a search. */
export interface SearchTrace {
  /** Keyed hash of the query: whoever reads the trail cannot tell what was searched for, nor try words out. */
  readonly queryHash: string;
  /** How many mailboxes were searched. */
  readonly mailboxes: number;
  /** The one mailbox, where somebody asked for one. */
  readonly mailboxId?: string;
}

/** The trace of a search for `q` over these mailboxes; `isForOne`: somebody asked for a mailbox. */
export async function traceOf(
  { secrets }: Pick<Ports, 'secrets'>,
  q: string,
  mailboxIds: readonly string[],
  isForOne: boolean,
): Promise<SearchTrace> {
  const key = createHmac('sha256', await secrets.get('session-signing'))
    .update('searched for')
    .digest();
  const queryHash = createHmac('sha256', key).update(q).digest('hex').slice(0, 32);
  const [only] = mailboxIds;
  const isOne = isForOne && mailboxIds.length === 1 && only !== undefined;
  return { queryHash, mailboxes: mailboxIds.length, ...(isOne ? { mailboxId: only } : {}) };
}
