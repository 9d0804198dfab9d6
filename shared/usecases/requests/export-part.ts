import type { DataRequest } from '../../domain/requests/data-request.ts';
import type { RequestedMessage } from '../../domain/requests/requested-message.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { type IndexRow, indexOf } from './export-index.ts';
import { markExported } from './export-marks.ts';
import { partKey } from './export-objects.ts';
import {
  type ExportContext,
  type ExportedMessage,
  type ExportOutcome,
  type ExportReader,
  exportedMessage,
} from './exported-message.ts';
import { requestedItems } from './requested-messages.ts';
import { type ZippedFile, zipOf } from './zip-stream.ts';

/** Originals in a part, in bytes before compression, unless one message alone is larger: a part is written within a minute. */
const PART_BYTES = 64 * 1024 * 1024;
/** Messages in a part, those that are withheld too: each costs some reads, however small it is. */
const PART_MESSAGES = 500;
/** What is read at the same time, and how much that may be: hides the latency of storage within bounded memory. */
const READ_AT_ONCE = 8;
const BYTES_AT_ONCE = 16 * 1024 * 1024;

/** A message with what becomes of it in the export. */
export interface PlannedMessage {
  readonly item: Item<RequestedMessage>;
  readonly isWithheld: boolean;
}

/** The messages of a request that come into the next part; `isLast` where there are no more. */
export interface PlannedPart {
  readonly messages: readonly PlannedMessage[];
  readonly isLast: boolean;
}

/** What comes behind the message `after`, as much as a part has. The same each time, while nobody decides otherwise. */
export async function planPart(
  ports: Pick<Ports, 'tables'>,
  { requestId, approvedAt = '' }: Pick<DataRequest, 'requestId' | 'approvedAt'>,
  after: string | undefined,
): Promise<PlannedPart> {
  const messages: PlannedMessage[] = [];
  let bytes = 0;
  for await (const item of requestedItems(ports, requestId, after)) {
    const { action, chosen, foundAt, sizeBytes } = item.data;
    // All of an access request are kept; whoever chose so meant: from the person. What was found later nobody has looked at.
    const isWithheld = (action === 'keep' && chosen !== undefined) || foundAt > approvedAt;
    if (!isWithheld) bytes += sizeBytes;
    const isFull = messages.length > 0 && !isWithheld && bytes > PART_BYTES;
    if (isFull || messages.length >= PART_MESSAGES) return { messages, isLast: false };
    messages.push({ item, isWithheld });
  }
  return { messages, isLast: true };
}

/** A part that was written: its size as a file, and what became of the messages in it that are not withheld. */
export interface WrittenPart {
  readonly sizeBytes: number;
  readonly outcomes: ReadonlyMap<string, ExportOutcome>;
}

/**
 * Writes a part: a ZIP file with the originals, and `index.csv`. Replaces what an attempt that died wrote. What cannot be read is
 * in the index with its reason. Throws `StorageError`.
 */
export async function writePart(
  context: ExportContext,
  { requestId, jobId, part }: { readonly requestId: string; readonly jobId: string; readonly part: number },
  messages: readonly PlannedMessage[],
  reader: ExportReader,
): Promise<WrittenPart> {
  const key = partKey(requestId, jobId, part);
  const wanted = messages.filter(({ isWithheld }) => !isWithheld).map(({ item }) => item.data);
  await markExported(
    context.ports,
    wanted.map(({ archiveId }) => archiveId),
    { jobId, part, key },
  );
  const outcomes = new Map<string, ExportOutcome>();
  const rows: IndexRow[] = [];
  async function* files(): AsyncGenerator<ZippedFile, void, undefined> {
    for await (const { outcome, row, bytes } of inOrder(context, wanted, reader)) {
      outcomes.set(row.archiveId, outcome);
      rows.push(row);
      const { fileName, summary } = row;
      if (bytes && fileName !== undefined) yield { name: fileName, modifiedAt: timeOf(summary?.receivedAt), bytes };
    }
    const index = indexOf(rows, messages.length - wanted.length);
    yield { name: 'index.csv', modifiedAt: reader.now, bytes: Buffer.from(index) };
  }
  let sizeBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of zipOf(files())) {
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  await context.ports.derived.put(key, counted());
  return { sizeBytes, outcomes };
}

function timeOf(receivedAt: string | undefined): Date {
  return new Date(receivedAt ?? 0);
}

/** Reads messages a few at a time, and gives them in their order. */
async function* inOrder(
  context: ExportContext,
  messages: readonly RequestedMessage[],
  reader: ExportReader,
): AsyncGenerator<ExportedMessage, void, undefined> {
  let group: RequestedMessage[] = [];
  let bytes = 0;
  const read = () => Promise.all(group.map(({ archiveId }) => exportedMessage(context, archiveId, reader)));
  for (const message of messages) {
    if (group.length >= READ_AT_ONCE || (group.length > 0 && bytes + message.sizeBytes > BYTES_AT_ONCE)) {
      yield* await read();
      group = [];
      bytes = 0;
    }
    group.push(message);
    bytes += message.sizeBytes;
  }
  yield* await read();
}
