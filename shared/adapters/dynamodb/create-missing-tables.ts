import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { isRefusal, translated } from '../aws/failures.ts';
import {
  EXPIRY_ATTRIBUTE,
  type KeyAttributes,
  TABLE_DEFINITIONS,
  TABLE_KEY,
  type TableDefinition,
  tableName,
} from './table-definitions.ts';

const POLL_MS = 100;

/** Creates the tables that are not there as `TABLE_DEFINITIONS` says; resolves once all can be used. Throws `StorageError`. */
export async function createMissingTables(client: DynamoDBClient, prefix: string): Promise<void> {
  for (const definition of TABLE_DEFINITIONS) {
    const name = tableName(prefix, definition.name);
    await translated(`create the table ${name}`, () => create(client, name, definition));
  }
}

async function create(client: DynamoDBClient, name: string, definition: TableDefinition): Promise<void> {
  const known = await statusOf(client, name);
  if (known === 'ACTIVE') return;
  if (known === undefined) await client.send(createCommand(name, definition)).catch(unless('ResourceInUseException'));
  while ((await statusOf(client, name)) !== 'ACTIVE') await wait(POLL_MS);
  if (known !== undefined || !definition.expires) return;
  const expiry = { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true };
  // A server without expiry keeps what has expired; readers look at it themselves.
  await client
    .send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: expiry }))
    .catch(unless('UnknownOperationException', 'ValidationException'));
}

async function statusOf(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus;
  } catch (error) {
    if (isRefusal(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

function createCommand(name: string, { indexes }: TableDefinition): CreateTableCommand {
  const keys = [TABLE_KEY, ...indexes.map(({ key }) => key)];
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys
      .flatMap(({ partition, sort }) => [partition, sort])
      .map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
    KeySchema: schemaOf(TABLE_KEY),
    GlobalSecondaryIndexes: indexes.map(({ name: index, key }) => ({
      IndexName: index,
      KeySchema: schemaOf(key),
      Projection: { ProjectionType: 'ALL' },
    })),
  });
}

function schemaOf({ partition, sort }: KeyAttributes): KeySchemaElement[] {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
}

function unless(...names: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!isRefusal(error, ...names)) throw error;
  };
}
