import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { afterAll, beforeAll } from 'vitest';
import { openDynamoDbTables } from './dynamodb-under-test.ts';
import { tablesContract } from './tables-contract.ts';
import { withTestCredentials } from './test-credentials.ts';

withTestCredentials();

let server: Server;
beforeAll(async () => {
  server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

tablesContract('dynamodb on dynalite', () => {
  const { port } = server.address() as AddressInfo;
  return openDynamoDbTables(`http://127.0.0.1:${port}`);
});
