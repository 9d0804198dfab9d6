import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { IndexName, Item, ItemKey, Page, QueryOptions, TableName, Tables } from '../../ports/tables.ts';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';
import { isRefusal, translated } from '../aws/failures.ts';
import { decodeCursor } from '../rules/cursor.ts';
import { checkItemKey } from '../rules/item.ts';
import { checkLimit, planQuery, positionOf } from '../rules/query-plan.ts';
import { batchPut } from './batch-put.ts';
import { type Attributes, attributesOf, itemOf, keyAttributes } from './item-attributes.ts';
import { checkCursorPart, keyCondition } from './key-condition.ts';
import { readPage } from './read-page.ts';
import { INDEX_KEYS, TABLE_KEY, tableName } from './table-definitions.ts';

const ABSENT = 'attribute_not_exists(pk)';
const IS_EXPECTED = '#version = :expected';
const ABSENT_OR_EXPECTED = `${ABSENT} OR ${IS_EXPECTED}`;

/**
 * A client as `createDynamoDbTables` wants it: on-demand tables take minutes to grow, so what they throttle is repeated
 * for long.
 */
export function createDynamoDbClient(place: ClientPlace = {}): DynamoDBClient {
  return new DynamoDBClient(clientSettings(place, { attempts: 6, timeoutMs: 10_000 }));
}

/** `Tables` on DynamoDB tables that are as `TABLE_DEFINITIONS` says, called as `tableName` says. */
export function createDynamoDbTables(options: { readonly client: DynamoDBClient; readonly prefix: string }): Tables {
  return new DynamoDbTables(options.client, options.prefix);
}

class DynamoDbTables implements Tables {
  readonly #client: DynamoDBClient;
  readonly #prefix: string;

  constructor(client: DynamoDBClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async get(table: TableName, key: ItemKey): Promise<Item | undefined> {
    checkItemKey(key);
    const command = new GetItemCommand({
      TableName: tableName(this.#prefix, table),
      Key: keyAttributes(key),
      ConsistentRead: true,
    });
    const { Item: attributes } = await translated(`get from ${table}`, () => this.#client.send(command));
    return attributes && itemOf(attributes);
  }

  async put(table: TableName, item: Item): Promise<void> {
    await this.#put(table, item, {});
  }

  async putIfAbsent(table: TableName, item: Item): Promise<'stored' | 'exists'> {
    return (await this.#put(table, item, { ConditionExpression: ABSENT })) ? 'stored' : 'exists';
  }

  async putIfVersion(table: TableName, item: Item, expected: number): Promise<'stored' | 'conflict'> {
    const condition = { ConditionExpression: IS_EXPECTED, ...versionIs(expected) };
    return (await this.#put(table, item, condition)) ? 'stored' : 'conflict';
  }

  async deleteIfVersion(table: TableName, key: ItemKey, expected: number): Promise<'deleted' | 'conflict'> {
    checkItemKey(key);
    const command = new DeleteItemCommand({
      TableName: tableName(this.#prefix, table),
      Key: keyAttributes(key),
      ConditionExpression: ABSENT_OR_EXPECTED,
      ...versionIs(expected),
    });
    return (await this.#succeeds(`delete from ${table}`, () => this.#client.send(command))) ? 'deleted' : 'conflict';
  }

  async batchPut(table: TableName, items: readonly Item[]): Promise<void> {
    await translated(`put many to ${table}`, () => batchPut(this.#client, tableName(this.#prefix, table), items));
  }

  async query(table: TableName, pk: string, options: QueryOptions): Promise<Page> {
    return await this.#query(table, undefined, pk, options);
  }

  async queryIndex(table: TableName, index: IndexName, pk: string, options: QueryOptions): Promise<Page> {
    return await this.#query(table, index, pk, options);
  }

  async scan(table: TableName, options: { readonly limit: number; readonly cursor?: string }): Promise<Page> {
    const limit = checkLimit(options.limit);
    const start = options.cursor === undefined ? undefined : scanStart(options.cursor);
    const common = { TableName: tableName(this.#prefix, table), ConsistentRead: true };
    return await translated(`scan ${table}`, () =>
      readPage((question) => this.#client.send(new ScanCommand({ ...common, ...question })), {
        limit,
        start,
        positionOf: ({ pk, sk }) => [pk, sk],
      }),
    );
  }

  async #query(table: TableName, index: IndexName | undefined, pk: string, options: QueryOptions): Promise<Page> {
    const plan = planQuery(pk, options, index === undefined ? 1 : 3);
    const condition = keyCondition(plan, index === undefined ? TABLE_KEY : INDEX_KEYS[index]);
    if (condition === undefined) return { items: [] };
    const { excluded, ExclusiveStartKey: start, ...expressions } = condition;
    const common = {
      TableName: tableName(this.#prefix, table),
      ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
      ...expressions,
      ScanIndexForward: !plan.descending,
    };
    return await translated(`query ${table}`, () =>
      readPage((question) => this.#client.send(new QueryCommand({ ...common, ...question })), {
        limit: plan.limit,
        start,
        keep: (item) => excluded === undefined || positionOf(item, index)[0] !== excluded,
        positionOf: (item) => positionOf(item, index),
      }),
    );
  }

  async #put(table: TableName, item: Item, condition: object): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: tableName(this.#prefix, table),
      Item: attributesOf(item),
      ...condition,
    });
    return await this.#succeeds(`put to ${table}`, () => this.#client.send(command));
  }

  /** Whether a write met its condition. */
  async #succeeds(operation: string, write: () => Promise<unknown>): Promise<boolean> {
    return await translated(operation, async () => {
      try {
        await write();
        return true;
      } catch (error) {
        if (isRefusal(error, 'ConditionalCheckFailedException')) return false;
        throw error;
      }
    });
  }
}

function versionIs(expected: number) {
  return {
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':expected': { N: String(expected) } },
  };
}

function scanStart(cursor: string): Attributes {
  const [pk = '', sk = ''] = decodeCursor(cursor, 2);
  for (const part of [pk, sk]) checkCursorPart(part);
  return keyAttributes({ pk, sk });
}
