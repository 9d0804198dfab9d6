import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { StorageError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { backOff } from '../aws/back-off.ts';
import { attributesOf } from './item-attributes.ts';

/** BatchWriteItem takes no more. */
const BATCH_ITEMS = 25;
/** Batches under way at once. */
const LANES = 4;
/** How often the items that a batch left undone are written again, with growing delays, before it has failed. */
const ATTEMPTS = 10;

/** Puts any number of items; of several with one key the last one. Throws `StorageError` where some were left undone. */
export async function batchPut(client: DynamoDBClient, tableName: string, items: readonly Item[]): Promise<void> {
  // A batch with one key twice is refused as a whole.
  const requests = new Map<string, WriteRequest>();
  for (const item of items) requests.set(idOf(item), { PutRequest: { Item: attributesOf(item) } });
  const batches = batchesOf([...requests.values()]);
  const lane = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) await write(client, tableName, batch);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function write(client: DynamoDBClient, tableName: string, batch: readonly WriteRequest[]): Promise<void> {
  let left = [...batch];
  for (let attempt = 1; ; attempt++) {
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: left } }));
    left = answer.UnprocessedItems?.[tableName] ?? [];
    if (left.length === 0) return;
    if (attempt === ATTEMPTS) throw new StorageError(`${left.length} items of ${tableName} were not written`);
    await backOff(attempt);
  }
}

function batchesOf(requests: readonly WriteRequest[]): WriteRequest[][] {
  const batches: WriteRequest[][] = [];
  for (let start = 0; start < requests.length; start += BATCH_ITEMS) {
    batches.push(requests.slice(start, start + BATCH_ITEMS));
  }
  return batches;
}

/** Keys hold every character but are told apart by their lengths. */
function idOf({ pk, sk }: Item): string {
  return `${pk.length} ${pk} ${sk}`;
}
