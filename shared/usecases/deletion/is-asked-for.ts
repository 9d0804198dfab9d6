import type { PurgeCause } from '../../domain/deletion/purge-cause.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing } from '../../domain/message.ts';
import { approvedAction } from '../../domain/requests/requested-message.ts';
import type { RetentionDecision } from '../../domain/retention/decide-retention.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { mailboxKey } from '../configuration/configuration-keys.ts';
import { typed } from '../item-data.ts';
import { requestItem } from '../requests/request-book.ts';
import { requestedItem } from '../requests/requested-messages.ts';

/** What is known of a message while a purge decides. */
interface AskedMessage {
  readonly archiveId: string;
  readonly filings: readonly Filing[];
  readonly decision: Pick<RetentionDecision, 'state'>;
}

/** Whether what asks for a message to go still does, on consistent reads. Throws `StorageError`. */
export async function isAskedFor(
  ports: Pick<Ports, 'tables'>,
  cause: PurgeCause,
  { archiveId, filings, decision }: AskedMessage,
): Promise<boolean> {
  switch (cause.kind) {
    case 'retention':
      return decision.state === 'expired';
    case 'person':
      return await isLeftByPeople(ports, filings);
    case 'erasure':
    case 'bulk-deletion':
      return await isRequested(ports, cause, archiveId, filings);
  }
}

/** An approval is for what was found before it, for as long as the request goes on and nobody has the message kept. */
async function isRequested(
  ports: Pick<Ports, 'tables'>,
  { kind, requestId }: Exclude<PurgeCause, { readonly kind: 'retention' | 'person' }>,
  archiveId: string,
  filings: readonly Filing[],
): Promise<boolean> {
  try {
    const { state, approvedAt, ownedBy } = (await requestItem(ports, kind, requestId)).data;
    if (approvedAt === undefined || (state !== 'running' && state !== 'open')) return false;
    const action = approvedAction((await requestedItem(ports, requestId, archiveId)).data, approvedAt);
    if (action === 'keep') return false;
    // Whoever asks for no more than is theirs takes nothing away from others.
    return (action === 'purge' && ownedBy === undefined) || (await isLeftByPeople(ports, filings));
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

/**
 * Whether nobody has the message in a mailbox of theirs any more, though somebody had: what only journals have is for
 * retention to decide.
 */
async function isLeftByPeople({ tables }: Pick<Ports, 'tables'>, filings: readonly Filing[]): Promise<boolean> {
  if (!filings.some(({ removedAt }) => removedAt !== undefined)) return false;
  const lying = new Set(filings.filter(({ removedAt }) => removedAt === undefined).map(({ mailboxId }) => mailboxId));
  for (const mailboxId of lying) {
    const item = await tables.get('configuration', mailboxKey(mailboxId));
    // A mailbox that is not known keeps what is in it.
    if (item === undefined || typed<Partial<Mailbox>>(item).data.endpointId === undefined) return false;
  }
  return true;
}
