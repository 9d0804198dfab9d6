import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { NewProfileSchema } from '../../../functions/http-api/schemas/profiles.ts';
import { PROFILE_PRESETS } from '../../../shared/domain/profile-presets.ts';
import { type FakeRoutes, startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

let directory: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(directory, { recursive: true });
});

const PROFILE = {
  profileId: 'pf-1',
  name: 'Anna',
  server: { host: 'mail.example.org' },
  schedule: { cron: '0 2 * * *', timeZone: 'Europe/Vienna' },
  lastRunAt: '2026-03-01T01:00:00.000Z',
  nextRunAt: '2026-03-02T01:00:00.000Z',
  warnings: ['all certificates are accepted'],
};
const ROUTES: FakeRoutes = {
  'GET /profile-presets': { json: { items: PROFILE_PRESETS } },
  'GET /profiles': { json: { items: [PROFILE] } },
  'GET /mailboxes': { json: { items: [{ mailboxId: 'mb-1', name: 'Anna', primaryAddress: 'anna@example.org' }] } },
  'GET /profiles/pf-1': { json: PROFILE },
  'POST /profiles': { status: 201, json: PROFILE },
  'POST /profiles/pf-1/jobs': { status: 202, json: { jobId: 'job-1' } },
  'DELETE /profiles/pf-1': { status: 204 },
  'POST /profiles/test': {
    json: {
      folders: [
        { folder: 'INBOX', messages: 12 },
        { folder: 'Junk', specialUse: 'junk', messages: 3, leftOut: 'by_default' },
      ],
      warnings: ['Trash is not fetched'],
    },
  },
};

async function call(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const api = await startFakeApi(ROUTES);
  closing.push(api.close);
  const fake = fakeTerminal({ columns: 200, password: 'typed' });
  const base = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['profiles', ...args], { ...base, ...environment }, fake.terminal);
  const body = api.seen.findLast(({ method }) => method === 'POST')?.body;
  return { exitCode, seen: api.seen, body, ...fake };
}

describe('profiles', () => {
  test('lists what runs when', async () => {
    const { out } = await call([]);
    expect(out().split('\n')[1]).toMatch(
      /^pf-1 +Anna +mail\.example\.org +0 2 \* \* \* Europe\/Vienna +2026-03-01 01:00 +2026-03-02 01:00$/,
    );
  });

  test('lists the presets', async () => {
    const { out } = await call(['presets']);
    expect(out()).toMatch(
      /microsoft-365 +Microsoft 365 \(Exchange Online\) +outlook\.office365\.com:993 +access token +docs/,
    );
    expect(out()).toMatch(/dovecot +Dovecot +\(yours\):993 +password +docs\/guides\/dovecot\.md/);
  });

  test('creates one from a preset: server, sign-in, folders and all', async () => {
    const flags = ['--host', 'mail.example.org', '--address', 'anna@example.org', '--master', 'archive'];
    const { body, questions, out, exitCode } = await call([
      ...['create', 'Anna', '--preset', 'dovecot', ...flags, '--into', 'anna@example.org', '--exclude', 'Lists'],
      ...['--cron', '0 2 * * *', '--time-zone', 'Europe/Vienna', '--newer-than', '30'],
    ]);
    expect(exitCode).toBe(0);
    expect(body).toEqual({
      name: 'Anna',
      server: { protocol: 'imap', host: 'mail.example.org', port: 993, security: 'tls' },
      folders: { include: [], exclude: ['virtual', 'Lists'], shared: false },
      credentials: { method: 'password', userName: 'archive', authorisationId: 'anna@example.org', password: 'typed' },
      sentFolder: 'Sent',
      filter: { newerThanDays: 30 },
      target: { mailboxId: 'mb-1' },
      schedule: { cron: '0 2 * * *', timeZone: 'Europe/Vienna' },
    });
    expect(questions).toEqual(['Password of archive at mail.example.org: ']);
    expect(out()).toContain('created profile pf-1');
    expect(out()).toContain('warning: all certificates are accepted');
    expect(out()).toContain('note: Where Dovecot checks access lists');
    expect(out()).toContain('guide: docs/guides/dovecot.md');
  });

  test('takes a token for a preset that wants one, from the environment', async () => {
    const args = ['create', 'A', '--preset', 'microsoft-365', '--address', 'anna@example.org', '--into', 'mb-1'];
    const { body, questions } = await call(args, { LETTERLOCK_MAIL_SECRET: 'token' });
    expect(questions).toEqual([]);
    expect(body).toMatchObject({
      server: { host: 'outlook.office365.com' },
      credentials: { method: 'bearer', userName: 'anna@example.org', accessToken: 'token' },
    });
  });

  test('creates one without a preset, of a mailbox that holds the mail of many', async () => {
    const { body } = await call([
      ...[
        'create',
        'all',
        '--host',
        'mail.example.org',
        '--protocol',
        'pop3',
        '--security',
        'starttls',
        '--user',
        'all',
      ],
      ...['--multidrop', '--trusted-host', 'mx.example.org', '--unknown', 'create', '--every', '15'],
    ]);
    expect(body).toMatchObject({
      server: { protocol: 'pop3', host: 'mail.example.org', security: 'starttls' },
      target: { multidrop: { trustedHosts: ['mx.example.org'], unknownAddresses: 'create' } },
      schedule: { everyMinutes: 15 },
    });
  });

  test('another security than that of the preset has another port', async () => {
    const { body } = await call([
      ...['test', '--preset', 'imap', '--host', 'h', '--security', 'starttls', '--address', 'a@example.org'],
    ]);
    expect(body).toMatchObject({ server: { security: 'starttls' } });
    expect(JSON.stringify(body)).not.toContain('993');
  });

  test.each([
    {
      name: 'by authorisation identity',
      args: ['--preset', 'dovecot', '--master', 'archive', '--all-users'],
      several: { users: 'all', accountName: '{email}' },
      credentials: { method: 'password', userName: 'archive', password: 'typed' },
    },
    {
      name: 'by a name made of both',
      args: ['--preset', 'exchange', '--master', 'DOM\\archive', '--only-user', 'anna', '--only-user', 'bert'],
      several: { users: { only: ['anna', 'bert'] }, accountName: '{local}', signInAs: 'DOM\\archive\\{account}' },
      credentials: { method: 'password', userName: 'DOM\\archive', password: 'typed' },
    },
    {
      name: 'by a token for all',
      args: ['--preset', 'microsoft-365', '--except-user', 'admin', '--at-once', '5'],
      several: { users: { except: ['admin'] }, atOnce: 5 },
      credentials: { method: 'bearer', userName: 'letterlock', accessToken: 'typed' },
    },
    {
      name: 'without a preset',
      args: ['--master', 'm', '--sign-in-as', '{account}*m', '--account-name', '{user}', '--all-users'],
      several: { users: 'all', accountName: '{user}', signInAs: '{account}*m' },
      credentials: { method: 'password', userName: 'm', password: 'typed' },
    },
  ])('creates one for the mailboxes of several users, $name', async ({ args, several, credentials }) => {
    const { body, notes } = await call(['create', 'all', '--host', 'mail.example.org', ...args]);
    expect([notes, body]).toEqual([
      [],
      expect.objectContaining({ several, credentials, target: { ownMailbox: true } }),
    ]);
    expect(NewProfileSchema.safeParse(body).error).toBeUndefined();
  });

  test('takes a deletion rule', async () => {
    const rule = ['--delete-after', '30', '--delete-larger-than', '1000000', '--dry-run'];
    const { body } = await call(['create', 'A', '--host', 'h', '--user', 'u', '--into', 'mb-1', ...rule]);
    expect(body).toMatchObject({ deletion: { afterDays: 30, largerThanBytes: 1_000_000, dryRun: true } });
    expect(NewProfileSchema.safeParse(body).error).toBeUndefined();
  });

  test('creates one that synchronises folders', async () => {
    const flags = ['--sync', '--conflicts', 'archive', '--archive-missing', '--every', '60'];
    const { body } = await call(['create', 'A', '--host', 'h', '--user', 'u', '--into', 'mb-1', ...flags]);
    expect(body).toMatchObject({ kind: 'folder-sync', conflicts: 'archive', archiveMissing: true });
    expect(NewProfileSchema.safeParse(body).error).toBeUndefined();
  });

  test.each([['--mirror-trash'], ['--conflicts', 'live']])('%s goes with --sync alone', async (...flags) => {
    const made = await call(['create', 'A', '--host', 'h', '--user', 'u', '--into', 'mb-1', ...flags]);
    expect([made.exitCode, made.body]).toEqual([2, undefined]);
  });

  test('what a file says wins', async () => {
    const path = join(directory, 'profile.json');
    const target = { mailboxId: 'mb-7' };
    await writeFile(path, JSON.stringify({ target, deletion: { afterDays: 30 }, folders: { include: ['INBOX'] } }));
    const { body } = await call(['create', 'A', '--host', 'h', '--user', 'u', '--file', path]);
    expect(body).toMatchObject({ target, deletion: { afterDays: 30 }, folders: { include: ['INBOX'] } });
  });

  test('test shows the folders and why one is left out', async () => {
    const { out } = await call(['test', '--host', 'h', '--user', 'anna']);
    expect(out()).toMatch(/INBOX +12\n/);
    expect(out()).toMatch(/Junk +junk +3 +by default\n/);
    expect(out()).toContain('warning: Trash is not fetched');
  });

  test('show, run and delete name one', async () => {
    expect((await call(['show', 'pf-1'])).out()).toContain('"name": "Anna"');
    expect((await call(['run', 'pf-1'])).out()).toBe('job-1 is queued\n');
    expect((await call(['delete', 'pf-1'])).out()).toContain('deleted profile pf-1');
  });

  test.each([
    { name: 'no server', args: ['create', 'A', '--user', 'u', '--into', 'mb-1'], says: '--host' },
    { name: 'nobody who signs in', args: ['create', 'A', '--host', 'h', '--into', 'mb-1'], says: '--address' },
    { name: 'nowhere to file it', args: ['create', 'A', '--host', 'h', '--user', 'u'], says: '--into' },
    { name: 'a preset that there is not', args: ['test', '--preset', 'x'], says: 'presets' },
    {
      name: 'a master user where nobody knows how',
      args: ['test', '--preset', 'kerio-connect', '--host', 'h', '--address', 'a@b', '--master', 'm'],
      says: 'guide',
    },
    {
      name: 'two schedules',
      args: ['create', 'A', '--host', 'h', '--user', 'u', '--into', 'mb-1', '--cron', 'x', '--every', '5'],
      says: 'not both',
    },
    { name: 'a port that is none', args: ['test', '--host', 'h', '--user', 'u', '--port', 'imap'], says: '--port' },
    { name: 'several users by nobody', args: ['create', 'A', '--host', 'h', '--all-users'], says: '--master' },
    {
      name: 'several users where nobody knows how',
      args: ['create', 'A', '--preset', 'kerio-connect', '--host', 'h', '--all-users', '--master', 'm'],
      says: 'guide',
    },
    {
      name: 'all users, and only some',
      args: ['create', 'A', '--host', 'h', '--master', 'm', '--all-users', '--only-user', 'u'],
      says: 'one of',
    },
    {
      name: 'several users into one mailbox',
      args: ['create', 'A', '--host', 'h', '--master', 'm', '--all-users', '--into', 'mb-1'],
      says: '--into',
    },
    {
      name: 'a dry run of no deletion',
      args: ['create', 'A', '--host', 'h', '--user', 'u', '--into', 'mb-1', '--dry-run'],
      says: '--delete-after',
    },
    { name: 'an action that there is not', args: ['remove', 'x'], says: 'usage' },
  ])('$name is wrong usage, told before the secret is asked for', async ({ args, says }) => {
    const { exitCode, notes, questions } = await call(args);
    expect([exitCode, questions]).toEqual([2, []]);
    expect(notes.join()).toContain(says);
  });
});
