import { createDynamoDbClient, createDynamoDbTables } from '../../shared/adapters/dynamodb/dynamodb-tables.ts';
import type { Tables } from '../../shared/ports/tables.ts';
import type { Environment } from './environment.ts';
import { VARIABLES } from './variables.ts';

/** The tables of this stage. */
export function cloudTables(environment: Environment): Tables {
  return createDynamoDbTables({ client: createDynamoDbClient(), prefix: environment.text(VARIABLES.tablePrefix) });
}
