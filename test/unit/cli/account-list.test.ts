import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { NewProfileSchema } from '../../../functions/http-api/schemas/profiles.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const CSV = 'User;Password;E-Mail;Archive user\r\nanna;s3cret;anna@example.org;anna\r\n';

let directory: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(directory, { recursive: true });
});

async function call(...args: readonly string[]) {
  const profile = { profileId: 'pf-1', several: { createUsers: true, atOnce: 7 }, warnings: [] };
  const api = await startFakeApi({
    'POST /profiles': { status: 201, json: profile },
    'GET /profiles/pf-1': { json: profile },
    'PATCH /profiles/pf-1': { json: profile },
  });
  closing.push(api.close);
  const fake = fakeTerminal({ input: CSV });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['profiles', ...args], environment, fake.terminal);
  const said = fake.out() + fake.notes.join('\n');
  return { exitCode, said, questions: fake.questions, body: api.seen.findLast(({ method }) => method !== 'GET')?.body };
}

test('a profile takes the mailboxes of a list from standard input; nobody is asked for a password', async () => {
  const { exitCode, body, questions, said } = await call(
    ...['create', 'all', '--host', 'mail.example.org', '--accounts', '-', '--create-users', '--at-once', '4'],
  );
  expect([exitCode, questions]).toEqual([0, []]);
  expect(body).toMatchObject({
    several: { csv: CSV, createUsers: true, atOnce: 4 },
    target: { ownMailbox: true },
  });
  expect(body).not.toHaveProperty('credentials');
  expect(NewProfileSchema.safeParse(body).error).toBeUndefined();
  expect(said).not.toContain('s3cret');
});

test('a new list, from a file, takes the place of the one that a profile has; the rest stays', async () => {
  const file = join(directory, 'accounts.csv');
  await writeFile(file, CSV);
  const { exitCode, body } = await call('accounts', 'pf-1', '--accounts', file);
  expect([exitCode, body]).toEqual([0, { several: { csv: CSV, createUsers: true, atOnce: 7 } }]);
});

test.each([
  {
    name: 'users beside a list',
    args: ['create', 'all', '--host', 'h', '--accounts', '-', '--all-users'],
    exitCode: 2,
  },
  { name: 'users to be made without a list', args: ['create', 'all', '--host', 'h', '--create-users'], exitCode: 2 },
  {
    name: 'a number that is none',
    args: ['create', 'all', '--host', 'h', '--accounts', '-', '--at-once', 'x'],
    exitCode: 2,
  },
  { name: 'a test of a list', args: ['test', '--host', 'h', '--accounts', '-'], exitCode: 2 },
  { name: 'no list in the place of a list', args: ['accounts', 'pf-1'], exitCode: 2 },
  { name: 'a file that is not there', args: ['accounts', 'pf-1', '--accounts', '/nowhere/at/all.csv'], exitCode: 1 },
])('$name is refused before anything is sent', async ({ args, exitCode }) => {
  const refused = await call(...args);
  expect([refused.exitCode, refused.body]).toEqual([exitCode, undefined]);
});
