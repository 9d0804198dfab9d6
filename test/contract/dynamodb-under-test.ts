import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createMissingTables } from '../../shared/adapters/dynamodb/create-missing-tables.ts';
import { createDynamoDbClient, createDynamoDbTables } from '../../shared/adapters/dynamodb/dynamodb-tables.ts';
import { TABLE_DEFINITIONS, tableName } from '../../shared/adapters/dynamodb/table-definitions.ts';
import type { TablesUnderTest } from './tables-contract.ts';

let opened = 0;

/** Tables of their own on the server at `endpoint`, removed again when they are closed. */
export async function openDynamoDbTables(endpoint: string): Promise<TablesUnderTest> {
  const client = createDynamoDbClient({ endpoint });
  const prefix = `test-${process.pid}-${++opened}-`;
  await createMissingTables(client, prefix);
  return {
    tables: createDynamoDbTables({ client, prefix }),
    reopen: async () => createDynamoDbTables({ client, prefix }),
    close: () => removeTables(client, prefix),
  };
}

async function removeTables(client: DynamoDBClient, prefix: string): Promise<void> {
  for (const { name } of TABLE_DEFINITIONS) {
    await client.send(new DeleteTableCommand({ TableName: tableName(prefix, name) }));
  }
  client.destroy();
}
