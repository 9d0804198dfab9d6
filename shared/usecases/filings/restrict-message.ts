import type { Filing, MessageRecord } from '../../domain/message.ts';
import { ConflictError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { appendLeftover, createLogged, replaceLogged } from '../logged-item.ts';
import { recordKey, restrictionKey } from '../message-keys.ts';
import { markMessages } from '../search/index/mark-messages.ts';
import { changeFilings } from './change-filings.ts';
import type { FilingPorts } from './mailbox-filings.ts';

/** Who restricts access to a message: what its filings say follows this. */
interface Restriction {
  /** Ids of requests, ascending. */
  readonly requestIds: readonly string[];
}

/** How often it is read again where others change it at the same time. */
const MAX_ATTEMPTS = 8;

/**
 * Restricts access to a message for a request (GDPR 18): in all its mailboxes, those too where it is filed later. Safe
 * to repeat, also beside other requests, and to be repeated where it failed: the index is told last. Nothing happens
 * where the message is not there (any more). Throws `ConflictError` beside many other changes, `StorageError`.
 */
export async function restrictMessage(ports: FilingPorts, archiveId: string, requestId: string): Promise<void> {
  const record = await recordOf(ports, archiveId);
  if (!record || record.state === 'purged') return;
  await changeRestriction(ports, archiveId, (ids) => [...new Set([...ids, requestId])].toSorted());
  await tell(ports, archiveId, record);
}

/**
 * Ends what a request restricts; what others do stays. Safe to repeat, and to be repeated where it failed. Answers
 * whether the message was ever restricted. Throws as `restrictMessage`.
 */
export async function liftRestriction(ports: FilingPorts, archiveId: string, requestId: string): Promise<boolean> {
  const record = await recordOf(ports, archiveId);
  if (!record || record.state === 'purged' || !(await restrictionItem(ports, archiveId))) return false;
  await changeRestriction(ports, archiveId, (ids) => ids.filter((id) => id !== requestId));
  await tell(ports, archiveId, record);
  return true;
}

/** Whether access to a message is restricted, for whatever request; read consistently. */
export async function isRestricted(ports: Pick<FilingPorts, 'tables'>, archiveId: string): Promise<boolean> {
  return ((await restrictionItem(ports, archiveId))?.data.requestIds.length ?? 0) > 0;
}

/**
 * Has the filings of a message say what restricts it, and answers them; none where nothing ever did. For whoever files
 * a message that is there, once that is put: people are not shown it, whatever its filings say, but lists go by each
 * filing alone. Safe to repeat. Throws as `restrictMessage`.
 */
export async function followRestriction(
  ports: Pick<FilingPorts, 'tables' | 'log'>,
  archiveId: string,
): Promise<readonly Filing[]> {
  if (!(await restrictionItem(ports, archiveId))) return [];
  return await changeFilings(ports, { archiveId }, async () => {
    const { requestIds = [] } = (await restrictionItem(ports, archiveId))?.data ?? {};
    return (filing) => restrictedBy(filing, requestIds);
  });
}

function restrictedBy(filing: Filing, requestIds: readonly string[]): Filing {
  const { restrictedBy: now = [], ...rest } = filing;
  if (now.length === requestIds.length && now.every((id, index) => id === requestIds[index])) return filing;
  return requestIds.length === 0 ? rest : { ...rest, restrictedBy: requestIds };
}

async function changeRestriction(
  ports: Pick<FilingPorts, 'tables' | 'log'>,
  archiveId: string,
  change: (requestIds: readonly string[]) => readonly string[],
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToChange(ports, archiveId, change);
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}

async function tryToChange(
  ports: Pick<FilingPorts, 'tables' | 'log'>,
  archiveId: string,
  change: (requestIds: readonly string[]) => readonly string[],
): Promise<void> {
  const item = await restrictionItem(ports, archiveId);
  const before = item?.data.requestIds ?? [];
  const requestIds = change(before);
  const current = item && { ...item, data: dataOf(item.data) };
  if (current && requestIds.length === before.length) {
    // An attempt that died may have changed it.
    if (current.indexes?.unlogged) await appendLeftover(ports, 'messages', current);
    return;
  }
  const data = dataOf({ requestIds } satisfies Restriction);
  if (current) await replaceLogged(ports, 'messages', current, { data });
  else await createLogged(ports, 'messages', restrictionKey(archiveId), { data });
}

/** The filings, and then the index: a restriction counts in all mailboxes that the message is in. */
async function tell(ports: FilingPorts, archiveId: string, { archivedAt }: MessageRecord): Promise<void> {
  const filings = await followRestriction(ports, archiveId);
  const mailboxIds = [...new Set(filings.map(({ mailboxId }) => mailboxId))];
  await markMessages(ports, [{ archiveId, archivedAt, mailboxIds }]);
}

async function restrictionItem(
  { tables }: Pick<FilingPorts, 'tables'>,
  archiveId: string,
): Promise<Item<Restriction> | undefined> {
  const item = await tables.get('messages', restrictionKey(archiveId));
  return item && typed<Restriction>(item);
}

async function recordOf(
  { tables }: Pick<FilingPorts, 'tables'>,
  archiveId: string,
): Promise<MessageRecord | undefined> {
  const item = await tables.get('messages', recordKey(archiveId));
  return item && typed<MessageRecord>(item).data;
}
