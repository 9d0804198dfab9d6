import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createSecretsManagerClient,
  createSecretsManagerSecrets,
} from '../../../shared/adapters/secrets-manager/secrets-manager-secrets.ts';
import { DamagedError, StorageError } from '../../../shared/errors.ts';
import { type RecordingServer, type Reply, startRecordingServer } from '../recording-server.ts';
import { secretsContract } from '../secrets-contract.ts';
import { withTestCredentials } from '../test-credentials.ts';

withTestCredentials();

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
afterAll(() => server.close());

const generated = 'x'.repeat(64);
const json = (body: object, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
const open = () =>
  createSecretsManagerSecrets({
    client: createSecretsManagerClient({ endpoint: server.url }),
    secretIds: { 'session-signing': 'arn:session', 'url-signing': 'arn:url' },
  });

// One text for both names: even then their secrets differ.
secretsContract('secrets-manager', async () => {
  server.reply(json({ SecretString: generated }));
  return { secrets: open(), reopen: open, close: async () => undefined };
});

test('a secret is asked for by its id, once', async () => {
  server.reply(json({ SecretString: generated }));
  const secrets = open();
  await Promise.all([secrets.get('session-signing'), secrets.get('session-signing')]);
  await secrets.get('session-signing');
  expect(server.requests.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body.toString())])).toEqual([
    ['secretsmanager.GetSecretValue', { SecretId: 'arn:session' }],
  ]);
});

test('a failure is not kept', async () => {
  server.reply(json({ __type: 'AccessDeniedException' }, 400), json({ SecretString: generated }));
  const secrets = open();
  await expect(secrets.get('url-signing')).rejects.toThrow(StorageError);
  expect(await secrets.get('url-signing')).toHaveLength(32);
});

test.each([{ SecretString: 'changeme' }, {}])('what was not generated is refused: %j', async (answer) => {
  server.reply(json(answer));
  await expect(open().get('url-signing')).rejects.toThrow(DamagedError);
});
