import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoDbClient, createDynamoDbTables } from '../../../shared/adapters/dynamodb/dynamodb-tables.ts';
import { DamagedError, StorageError } from '../../../shared/errors.ts';
import type { Item, Tables } from '../../../shared/ports/tables.ts';
import { type RecordingServer, type Reply, startRecordingServer } from '../recording-server.ts';
import { item } from '../tables-contract.ts';
import { withTestCredentials } from '../test-credentials.ts';

withTestCredentials();

let server: RecordingServer;
let tables: Tables;
beforeAll(async () => {
  server = await startRecordingServer();
  tables = createDynamoDbTables({ client: createDynamoDbClient({ endpoint: server.url }), prefix: 'test-' });
});
afterAll(() => server.close());

const answer = (body: object): Reply => ({ body: JSON.stringify(body) });
const refusal = (name: string, status = 400): Reply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'refused' }),
});
const sent = () =>
  server.requests.map(({ headers, body }) => ({
    action: String(headers['x-amz-target']).split('.')[1],
    ...JSON.parse(body.toString()),
  }));

test('an item is read consistently', async () => {
  server.reply(answer({}));
  expect(await tables.get('messages', { pk: 'p', sk: 's' })).toBeUndefined();
  expect(sent()).toEqual([
    { action: 'GetItem', TableName: 'test-messages', Key: { pk: { S: 'p' }, sk: { S: 's' } }, ConsistentRead: true },
  ]);
});

test('a partition is read consistently, an index is not; both for one item more than asked for', async () => {
  server.reply(answer({ Items: [] }));
  await tables.query('messages', 'p', { limit: 10, newestFirst: true });
  await tables.queryIndex('messages', 'list', 'p', { limit: 10 });
  expect(sent()).toMatchObject([
    { action: 'Query', ConsistentRead: true, Limit: 11, ScanIndexForward: false },
    { action: 'Query', IndexName: 'list', Limit: 11, ScanIndexForward: true },
  ]);
  expect(sent()[1]).not.toHaveProperty('ConsistentRead');
});

test('an item has its index keys as attributes of their own, and expiry as seconds', async () => {
  server.reply(answer({}));
  const indexes = { list: { pk: 'lp', sk: 'ls' }, versions: { pk: 'vp', sk: 'vs' }, unlogged: { pk: 'up', sk: 'us' } };
  await tables.put('activity', { ...item('p', 's', 3), indexes, expiresAt: 1_800_000_000, removed: true });
  expect(sent()[0]?.Item).toEqual({
    pk: { S: 'p' },
    sk: { S: 's' },
    version: { N: '3' },
    data: { S: '{"n":1}' },
    listPk: { S: 'lp' },
    listSk: { S: 'ls' },
    versionsPk: { S: 'vp' },
    versionsSk: { S: 'vs' },
    unloggedPk: { S: 'up' },
    unloggedSk: { S: 'us' },
    expiresAt: { N: '1800000000' },
    removed: { BOOL: true },
  });
});

test('longer data goes deflated, and comes back as it was', async () => {
  server.reply(answer({}));
  const whole: Item = item('p', 's', 1, { text: 'Grüße 𝄞 '.repeat(100), lone: '\ud800', n: [1e21, -0.1] });
  await tables.put('messages', whole);
  const { Item: attributes } = sent()[0];
  expect(Buffer.from(attributes.data.B, 'base64').length).toBeLessThan(100);
  server.reply(answer({ Item: attributes }));
  expect(await tables.get('messages', whole)).toEqual(whole);
});

test.each([
  { name: 'no data', data: undefined },
  { name: 'data of another kind', data: { N: '1' } },
  { name: 'what is not deflated', data: { B: Buffer.from('x'.repeat(40)).toString('base64') } },
])('an item that this code did not write is damaged: $name', async ({ data }) => {
  server.reply(answer({ Item: { pk: { S: 'p' }, sk: { S: 's' }, version: { N: '1' }, data } }));
  await expect(tables.get('messages', { pk: 'p', sk: 's' })).rejects.toThrow(DamagedError);
});

describe('failures', () => {
  test.each([
    { name: 'ProvisionedThroughputExceededException', status: 400 },
    { name: 'ThrottlingException', status: 400 },
    { name: 'InternalServerError', status: 500 },
  ])('$name is tried again', async ({ name, status }) => {
    server.reply(refusal(name, status), answer({}));
    expect(await tables.putIfAbsent('messages', item('p', 's'))).toBe('stored');
    expect(server.requests).toHaveLength(2);
  });

  test.each(['ResourceNotFoundException', 'AccessDeniedException', 'ValidationException'])(
    '%s is a failure of the store',
    async (name) => {
      server.reply(refusal(name));
      await expect(tables.put('messages', item('p', 's'))).rejects.toThrow(StorageError);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('items that a batch left undone are put again, those alone', async () => {
    const undone = (count: number): Reply => {
      const left = Array.from({ length: count }, (_, n) => ({
        PutRequest: { Item: { pk: { S: 'p' }, sk: { S: `${n}` } } },
      }));
      return answer({ UnprocessedItems: { 'test-messages': left } });
    };
    server.reply(undone(7), undone(2), answer({ UnprocessedItems: {} }));
    await tables.batchPut(
      'messages',
      Array.from({ length: 25 }, (_, n) => item('p', String(n))),
    );
    expect(sent().map(({ RequestItems }) => RequestItems['test-messages'].length)).toEqual([25, 7, 2]);
  });

  test('batches have at most 25 items, none of them twice', async () => {
    server.reply(answer({ UnprocessedItems: {} }));
    const items = Array.from({ length: 60 }, (_, n) => item('p', String(n)));
    await tables.batchPut('messages', [...items, item('p', '7', 2)]);
    const puts = sent().flatMap(({ RequestItems }) => RequestItems['test-messages']);
    expect(server.requests).toHaveLength(3);
    expect(puts).toHaveLength(60);
    expect(puts.filter(({ PutRequest }) => PutRequest.Item.sk.S === '7')).toMatchObject([
      { PutRequest: { Item: { version: { N: '2' } } } },
    ]);
  });
});
