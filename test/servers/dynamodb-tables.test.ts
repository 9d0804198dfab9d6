import { afterAll, beforeAll } from 'vitest';
import { openDynamoDbTables } from '../contract/dynamodb-under-test.ts';
import { tablesContract } from '../contract/tables-contract.ts';
import { withTestCredentials } from '../contract/test-credentials.ts';
import { type DynamoDbLocal, fetchDynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';

withTestCredentials();

let server: DynamoDbLocal | undefined;
beforeAll(async () => {
  fetchDynamoDbLocal();
  server = await startDynamoDbLocal();
});
afterAll(() => server?.stop());

tablesContract('dynamodb on DynamoDB Local', () => openDynamoDbTables(server?.endpoint ?? ''));
