import type { MessageRecord, MessageSummary } from '../../domain/message.ts';
import type { DataRequest, RequestAction } from '../../domain/requests/data-request.ts';
import type { RequestedMessage, RequestedState } from '../../domain/requests/requested-message.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { isRestricted } from '../filings/restrict-message.ts';
import { dataOf, typed } from '../item-data.ts';
import { recordKey, requestedKey, requestedPartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** A message of a request as lists show it. */
export interface RequestedView extends RequestedMessage {
  /** As lists show the message; absent where it is gone. */
  readonly summary?: MessageSummary;
}

/** Which messages of a request a list shows. */
export interface RequestedFilter {
  readonly state?: RequestedState;
  readonly action?: RequestAction;
}

/**
 * The messages of a request, in the order of their ids; of a person's own without those to which access was restricted
 * meanwhile.
 */
export function listRequested(
  ports: ReadPorts,
  { requestId, ownedBy }: Pick<DataRequest, 'requestId' | 'ownedBy'>,
  { state, action, ...page }: PageRequest & RequestedFilter,
): Promise<ListPage<RequestedView>> {
  return listPage(ports, { table: 'activity', pk: requestedPartition(requestId) }, page, async (item) => {
    const { data } = typed<RequestedMessage>(item);
    if (state !== undefined && data.state !== state) return undefined;
    if (action !== undefined && data.action !== action) return undefined;
    if (ownedBy !== undefined && (await isRestricted(ports, data.archiveId))) return undefined;
    const summary = await summaryOf(ports, data.archiveId);
    return summary ? { ...data, summary } : data;
  });
}

/** All of them, read consistently, in the order of their ids; behind `after` where it is given. */
export async function* requestedItems(
  ports: ReadPorts,
  requestId: string,
  after?: string,
): AsyncIterable<Item<RequestedMessage>> {
  const range = after === undefined ? {} : { from: after };
  for await (const item of queryAll(ports, 'activity', requestedPartition(requestId), range)) {
    if (!item.removed && item.sk !== after) yield typed<RequestedMessage>(item);
  }
}

/** The item with its version, read consistently. Throws `NotFoundError`. */
export async function requestedItem(
  ports: ReadPorts,
  requestId: string,
  archiveId: string,
): Promise<Item<RequestedMessage>> {
  const item = await ports.tables.get('activity', requestedKey(requestId, archiveId));
  if (!item || item.removed) throw new NotFoundError(`message ${archiveId} of request ${requestId}`);
  return typed<RequestedMessage>(item);
}

/**
 * Replaces `current` where nobody else did meanwhile; throws `ConflictError` otherwise. Not for what people chose: it
 * is not in the log, and a rebuild of the tables forgets it. A field that is given as `undefined` goes.
 */
export async function changeRequested(
  { tables }: ReadPorts,
  current: Item<RequestedMessage>,
  change: { readonly [Field in keyof RequestedMessage]?: RequestedMessage[Field] | undefined },
): Promise<Item<RequestedMessage>> {
  const data = dataOf({ ...current.data, ...change });
  // A mark that its entry is not in the log yet stays.
  const next = { ...current, version: current.version + 1, data };
  if ((await tables.putIfVersion('activity', next, current.version)) === 'conflict') {
    throw new ConflictError(`message ${current.sk} of ${current.pk} was changed meanwhile; read it again and repeat`);
  }
  return typed<RequestedMessage>(next);
}

async function summaryOf({ tables }: ReadPorts, archiveId: string): Promise<MessageSummary | undefined> {
  const item = await tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  return record && record.state !== 'purged' ? record.summary : undefined;
}
