import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { NewProfileSchema } from '../../../functions/http-api/schemas/profiles.ts';
import { PROFILE_PRESETS } from '../../../shared/domain/profile-presets.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const KEY = JSON.stringify({ type: 'service_account', client_email: 'a@b', private_key: 'k' });
const FILES = { secret: 'from-file\n', refresh: 'refresh-1\r\n', key: KEY, pem: '-----BEGIN PRIVATE KEY-----\n' };

let directory: string;
let close: (() => Promise<void>) | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(directory, name), content);
});
afterEach(async () => {
  await close?.();
  await rm(directory, { recursive: true });
});

async function create(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const api = await startFakeApi({
    'GET /profile-presets': { json: { items: PROFILE_PRESETS } },
    'GET /mailboxes': { json: { items: [{ mailboxId: 'mb-1', name: 'Anna', primaryAddress: 'anna@example.org' }] } },
    'POST /profiles': { status: 201, json: { profileId: 'pf-1' } },
  });
  close = api.close;
  const fake = fakeTerminal({ columns: 200, password: 'typed' });
  const base = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['profiles', 'create', 'A', ...args], { ...base, ...environment }, fake.terminal);
  const body = api.seen.findLast(({ method }) => method === 'POST')?.body;
  return { exitCode, body, ...fake };
}

const file = (name: keyof typeof FILES) => join(directory, name);
const ANNA = ['--address', 'anna@example.org', '--into', 'mb-1'];
const MICROSOFT = {
  tokenEndpoint: 'https://login.microsoftonline.com/example.org/oauth2/v2.0/token',
  clientId: 'app',
};

describe('a profile whose tokens are renewed', () => {
  test.each([
    {
      name: 'by an application, whose secret is asked for',
      args: () => ['--preset', 'microsoft-365', '--tenant', 'example.org', '--client-id', 'app', ...ANNA],
      credentials: {
        method: 'clientCredentials',
        userName: 'anna@example.org',
        ...MICROSOFT,
        clientSecret: 'typed',
        scope: 'https://outlook.office365.com/.default',
      },
      asks: ['Client secret of anna@example.org at outlook.office365.com: '],
    },
    {
      name: 'by an application, for the mailboxes of all',
      args: () => [
        ...['--preset', 'microsoft-365', '--tenant', 'example.org', '--client-id', 'app'],
        ...['--client-secret-file', file('secret'), '--all-users'],
      ],
      credentials: { method: 'clientCredentials', userName: 'letterlock', ...MICROSOFT, clientSecret: 'from-file' },
      asks: [],
    },
    {
      name: 'by a refresh token',
      args: () => [
        ...['--preset', 'gmail', '--client-id', 'app', '--refresh-token-file', file('refresh')],
        ...['--client-secret-file', file('secret'), ...ANNA],
      ],
      credentials: {
        method: 'refreshToken',
        userName: 'anna@example.org',
        tokenEndpoint: 'https://oauth2.googleapis.com/token',
        clientId: 'app',
        clientSecret: 'from-file',
        refreshToken: 'refresh-1',
        scope: 'https://mail.google.com/',
      },
      asks: [],
    },
    {
      name: 'by a refresh token, without a preset, of an application without a secret',
      args: () => [
        ...['--host', 'h', '--client-id', 'app', '--refresh-token-file', file('refresh')],
        ...['--token-endpoint', 'https://login.example.org/token', ...ANNA],
      ],
      credentials: {
        method: 'refreshToken',
        tokenEndpoint: 'https://login.example.org/token',
        refreshToken: 'refresh-1',
      },
      asks: [],
    },
    {
      name: 'by a service account',
      args: () => ['--preset', 'google-workspace', '--service-account-file', file('key'), '--all-users'],
      credentials: { method: 'serviceAccount', userName: 'letterlock', key: KEY, scope: 'https://mail.google.com/' },
      asks: [],
    },
    {
      name: 'by a service account whose key is no JSON',
      args: () => [
        ...['--preset', 'google-workspace', '--service-account-file', file('pem'), '--issuer', 'a@b', ...ANNA],
      ],
      credentials: {
        method: 'serviceAccount',
        issuer: 'a@b',
        privateKey: FILES.pem,
        tokenEndpoint: 'https://oauth2.googleapis.com/token',
      },
      asks: [],
    },
  ])('$name', async ({ args, credentials, asks }) => {
    const { body, questions, notes } = await create(args());
    expect([notes, questions]).toEqual([[], asks]);
    expect(body).toMatchObject({ credentials });
    expect(NewProfileSchema.safeParse(body).error).toBeUndefined();
  });

  test('takes the secret from the environment', async () => {
    const args = ['--preset', 'microsoft-365', '--tenant', 'example.org', '--client-id', 'app', ...ANNA];
    const { body, questions } = await create(args, { LETTERLOCK_MAIL_SECRET: 'given' });
    expect([questions, body]).toMatchObject([[], { credentials: { clientSecret: 'given' } }]);
  });

  test.each([
    { name: 'no tenant', args: () => ['--preset', 'microsoft-365', '--client-id', 'app'], says: '--tenant' },
    {
      name: 'no endpoint',
      args: () => ['--host', 'h', '--client-id', 'app', '--scope', 's'],
      says: '--token-endpoint',
    },
    { name: 'no scope', args: () => ['--host', 'h', '--client-id', 'app'], says: '--scope' },
    {
      name: 'no application',
      args: () => ['--preset', 'gmail', '--refresh-token-file', file('refresh')],
      says: '--client-id',
    },
    {
      name: 'a key of nobody',
      args: () => ['--preset', 'google-workspace', '--service-account-file', file('pem')],
      says: '--issuer',
    },
  ])('with $name is wrong usage, told before the secret is asked for', async ({ args, says }) => {
    const { exitCode, notes, questions } = await create([...args(), ...ANNA]);
    expect([exitCode, questions]).toEqual([2, []]);
    expect(notes.join()).toContain(says);
  });

  test('a file that is not there is told by its name', async () => {
    const { exitCode, notes } = await create([
      '--preset',
      'google-workspace',
      '--service-account-file',
      '/none',
      ...ANNA,
    ]);
    expect([exitCode, notes.join()]).toEqual([1, expect.stringContaining('/none')]);
  });
});

test('the master password of Kerio Connect opens the mailboxes of all', async () => {
  const args = ['--preset', 'kerio-connect', '--host', 'h', '--master-password', '--all-users'];
  const { body, questions, notes } = await create(args);
  expect([notes, questions]).toEqual([[], ['Master password of letterlock at h: ']]);
  expect(body).toMatchObject({
    credentials: { method: 'masterPassword', userName: 'letterlock', password: 'typed' },
    several: { users: 'all' },
  });
  expect(NewProfileSchema.safeParse(body).error).toBeUndefined();
});
