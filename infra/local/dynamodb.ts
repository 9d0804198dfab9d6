import { createMissingTables } from '../../shared/adapters/dynamodb/create-missing-tables.ts';
import { createDynamoDbClient, createDynamoDbTables } from '../../shared/adapters/dynamodb/dynamodb-tables.ts';
import type { Tables } from '../../shared/ports/tables.ts';
import type { DynamoDbSettings } from './store-settings.ts';

/** Opens the tables; creates those that are missing where a server other than AWS is named. Throws `StorageError`. */
export async function openDynamoDb({
  endpoint,
  prefix,
}: DynamoDbSettings): Promise<{ readonly tables: Tables; readonly close: () => void }> {
  const client = createDynamoDbClient(endpoint === undefined ? {} : { endpoint });
  if (endpoint !== undefined) await createMissingTables(client, prefix);
  return { tables: createDynamoDbTables({ client, prefix }), close: () => client.destroy() };
}
