import type { DataRequest } from '../../domain/requests/data-request.ts';
import { REQUESTED_MAILBOXES, type RequestedMessage } from '../../domain/requests/requested-message.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { isRestricted } from '../filings/restrict-message.ts';
import { dataOf, typed } from '../item-data.ts';
import { type LoggedWrite, writeAllLogged } from '../logged-item.ts';
import { requestedKey } from '../message-keys.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import { type AssessingJudge, assessMessage } from './decide-item.ts';

/** Messages by their ids, with the mailboxes that each was found in. */
export type FoundMailboxes = ReadonlyMap<string, readonly string[]>;

interface AddContext extends Omit<AssessingJudge, 'ports'> {
  readonly ports: AssessingJudge['ports'] & Pick<Ports, 'log'>;
}

/** Messages that are decided on at once. */
const AT_ONCE = 8;
/** How often one is read again where others change it at the same time. */
const MAX_ATTEMPTS = 8;

/**
 * Adds messages to those of a request, decided on as they are now, and mailboxes to those that it has already; the log
 * has all of it when this resolves. What is gone meanwhile is left out, and of a person's own what that person does not
 * see. Safe to repeat, and beside others. Throws `ConflictError` beside many other changes, `StorageError`.
 */
export async function addFound(context: AddContext, request: DataRequest, found: FoundMailboxes): Promise<void> {
  let left = [...found];
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > MAX_ATTEMPTS)
      throw new ConflictError(`messages of request ${request.requestId} are changed all the time`);
    const writes: { readonly of: (typeof left)[number]; readonly write: LoggedWrite }[] = [];
    await eachAtOnce(left, AT_ONCE, async (of) => {
      const write = await writeFor(context, request, of);
      if (write) writes.push({ of, write });
    });
    const written = await writeAllLogged(
      context.ports,
      'activity',
      writes.map(({ write }) => write),
    );
    left = writes.filter((_, index) => !written[index]).map(({ of }) => of);
  }
}

/** `undefined` where there is nothing to change. */
async function writeFor(
  context: AddContext,
  request: DataRequest,
  [archiveId, mailboxIds]: readonly [string, readonly string[]],
): Promise<LoggedWrite | undefined> {
  const { requestId } = request;
  const key = requestedKey(requestId, archiveId);
  const current = await context.ports.tables.get('activity', key);
  if (!current) {
    const message = await newMessage(context, request, archiveId, mailboxIds);
    return message && { key, data: dataOf(message) };
  }
  const { data } = typed<RequestedMessage>(current);
  const together = inOrder([...data.mailboxIds, ...mailboxIds]);
  if (together.length === data.mailboxIds.length) return undefined;
  return { key, current, data: dataOf({ ...data, mailboxIds: together }) };
}

async function newMessage(
  context: AddContext,
  { action, ownedBy }: DataRequest,
  archiveId: string,
  mailboxIds: readonly string[],
): Promise<RequestedMessage | undefined> {
  const foundAt = context.ports.clock.now().toISOString();
  try {
    const { record, block } = await assessMessage(context, archiveId);
    // The index may not know it yet.
    if (ownedBy !== undefined && (await isRestricted(context.ports, archiveId))) return undefined;
    return {
      archiveId,
      foundAt,
      mailboxIds: inOrder(mailboxIds),
      action,
      state: 'waiting',
      ...(block ? { block } : {}),
      decidedAt: foundAt,
      sizeBytes: record.first.sizeBytes,
    };
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function inOrder(mailboxIds: readonly string[]): readonly string[] {
  return [...new Set(mailboxIds)].toSorted().slice(0, REQUESTED_MAILBOXES);
}
