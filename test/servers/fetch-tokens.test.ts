import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Archive } from './archive.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { imapServer, mailFor, newProfile } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { APPLICATION, type RealTokenServer, startTokenServer } from './token-server.ts';

let system: LocalSystem;
let archive: Archive;
let tokens: RealTokenServer;
/** Takes the tokens of the application for every mailbox, as Exchange Online does. */
let ofApplication: Dovecot;
/** Takes a token for the mailbox of who agreed to it. */
let ofPeople: Dovecot;
let proxy: FaultyProxy;

beforeAll(async () => {
  tokens = await startTokenServer();
  [system, ofApplication, ofPeople] = await Promise.all([
    startLocalSystem(),
    // Whatever the user's name is, it compares as the same.
    startTokenDovecot(['username_attribute = client_id', 'username_format = any']),
    startTokenDovecot(['username_attribute = sub']),
  ]);
  archive = await Archive.signIn(system);
  proxy = await startFaultyProxy(ofApplication.imapPort);
});
afterAll(async () => {
  await proxy?.stop();
  await Promise.all([ofApplication?.stop(), ofPeople?.stop(), tokens?.stop()]);
  await discard(system);
});

const NO_PENALTY = ['service anvil {', 'unix_listener anvil-auth-penalty {', 'mode = 0', '}', '}'];

/** A Dovecot that asks the token server about each token. */
async function startTokenDovecot(settings: readonly string[]): Promise<Dovecot> {
  const oauth2 = [
    'introspection_mode = post',
    `introspection_url = ${tokens.introspectionUrl}`,
    'active_attribute = active',
    'active_value = true',
    'scope = mail',
    ...settings,
  ];
  const passdb = [
    'passdb {',
    'driver = oauth2',
    'mechanisms = xoauth2 oauthbearer',
    'args = DIRECTORY/oauth2.conf',
    '}',
  ];
  return await startDovecot({
    files: { 'oauth2.conf': `${oauth2.join('\n')}\n` },
    // Without a pause that grows with each refusal, which here all come from one address.
    extra: ['auth_mechanisms = plain login xoauth2 oauthbearer', ...passdb, ...NO_PENALTY],
  });
}

const application = () => ({
  method: 'clientCredentials',
  userName: 'unused',
  tokenEndpoint: tokens.tokenEndpoint,
  ...APPLICATION,
  scope: 'mail',
});

async function ofPerson(userName: string) {
  const { tokenEndpoint } = tokens;
  const refreshToken = await tokens.newRefreshToken(userName);
  return { method: 'refreshToken', userName, tokenEndpoint, ...APPLICATION, refreshToken };
}

async function fill(dovecot: Dovecot, userName: string, messages: number, from = 0): Promise<void> {
  const mail = mailFor(userName);
  const text = 'line of text\r\n'.repeat(300);
  const files = Array.from({ length: messages }, (_, n) => from + n).map(
    (n) => [`cur/${n}.x:2,`, mail(n, `number ${n}`, text)] as const,
  );
  await dovecot.put(userName, files);
}

describe('an application', () => {
  test('gets its tokens by itself and fetches', async () => {
    await fill(ofApplication, 'app-anna', 3);
    const credentials = { ...application(), userName: 'app-anna' };
    const { profileId } = await newProfile(archive, ofApplication, 'app-anna', { credentials });
    expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'succeeded', counts: { archived: 3 } });
  });

  test('whose token ends in the middle of a job gets another, and the job goes on', async () => {
    await fill(ofApplication, 'app-cut', 300);
    const credentials = { ...application(), userName: 'app-cut' };
    const { profileId, mailboxId } = await newProfile(archive, { imapPort: proxy.port }, 'app-cut', { credentials });
    const before = tokens.issued();
    let cut = 0;
    proxy.faults = {
      // Each session but the last ends half way, and by the next one what signed it in is void.
      cutAfterBytes: () => {
        cut += 1;
        if (cut % 2 === 0) tokens.revokeAccessTokens();
        return cut < 6 ? 400_000 : Number.POSITIVE_INFINITY;
      },
    };
    const job = await archive.runProfile(profileId, 120_000);
    proxy.faults = {};
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 300, archived: 300 } });
    expect(await archive.listAll(mailboxId)).toHaveLength(300);
    expect(tokens.issued() - before).toBeGreaterThan(2);
  });

  test('opens the mailboxes of several with one token', async () => {
    for (const userName of ['sev-anna', 'sev-ben', 'sev-carl']) {
      const emailAddresses = [`${userName}@tokens.example`];
      const password = 'correct horse battery';
      const user = { userName, emailAddresses, privileges: ['login'], password, createMailbox: true };
      await archive.json('POST', '/users', user);
      await fill(ofApplication, userName, 2);
    }
    tokens.revokeAccessTokens();
    const before = tokens.issued();
    const { profileId } = await archive.json<{ readonly profileId: string }>('POST', '/profiles', {
      name: 'several',
      server: imapServer(ofApplication.imapPort),
      credentials: application(),
      several: { users: { only: ['sev-anna', 'sev-ben', 'sev-carl'] }, accountName: '{local}', atOnce: 3 },
      target: { ownMailbox: true },
    });
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 6 }, details: { mailboxes: 3 } });
    // Those that the server refused at the same time may each have been replaced.
    expect(tokens.issued() - before).toBeLessThanOrEqual(3);
  });

  test('with a wrong secret is told by the code of the endpoint, in the log and in a test', async () => {
    const clientSecret = 'Wr0ng-Secret';
    const credentials = { ...application(), userName: 'app-anna', clientSecret };
    const { profileId } = await newProfile(archive, ofApplication, 'app-anna', { credentials });
    const job = await archive.runProfile(profileId);
    expect(job.outcome).toBe('failed');
    const log = (await archive.jobLog(job.jobId)).join('\n');
    expect(log).toContain('token endpoint: invalid_client');
    const body = { server: imapServer(ofApplication.imapPort), credentials };
    const tested = await archive.json('POST', '/profiles/test', body).catch((error: unknown) => String(error));
    expect(tested).toMatch(/422.*source_refused_login.*invalid_client/);
    expect(`${log}${tested}${system.output()}`).not.toContain(clientSecret);
  });
});

describe('somebody who agreed', () => {
  test('is fetched for run after run, though each refresh token is good for one use', async () => {
    const credentials = await ofPerson('per-anna');
    const { profileId } = await newProfile(archive, ofPeople, 'per-anna', { credentials });
    for (const round of [1, 2, 3]) {
      await fill(ofPeople, 'per-anna', 2, round * 10);
      tokens.revokeAccessTokens();
      expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'succeeded', counts: { archived: 2 } });
    }
    const shown = await archive.json<{ readonly credentials: object }>('GET', `/profiles/${profileId}`);
    const { clientId } = APPLICATION;
    const { tokenEndpoint } = tokens;
    expect(shown.credentials).toEqual({
      ...{ method: 'refreshToken', userName: 'per-anna', tokenEndpoint, clientId },
      sealed: ['refreshToken', 'clientSecret'],
    });
  });

  test('and is no user of the mailbox gets no mail of it', async () => {
    await fill(ofPeople, 'per-ben', 1);
    const credentials = { ...(await ofPerson('per-carl')), userName: 'per-ben' };
    const { profileId } = await newProfile(archive, ofPeople, 'per-ben', { credentials });
    expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'failed', counts: { seen: 0 } });
  });

  test('and takes it back ends what is fetched, with a word', async () => {
    const { profileId } = await newProfile(archive, ofPeople, 'per-dora', { credentials: await ofPerson('per-dora') });
    tokens.revokeRefreshTokens();
    const job = await archive.runProfile(profileId);
    expect(job.outcome).toBe('failed');
    expect(await archive.jobLog(job.jobId)).toContain('token endpoint: invalid_grant');
  });

  test('is told in a test that the refresh token was used up', async () => {
    const body = { server: imapServer(ofPeople.imapPort), credentials: await ofPerson('per-emma') };
    const tested = await archive.json<{ readonly warnings: readonly string[] }>('POST', '/profiles/test', body);
    expect(tested.warnings.join('\n')).toContain('the refresh token was replaced');
  });
});

test('no secret lies in the tables, in the log of the archive or in what the system printed', async () => {
  const { refreshToken, ...rest } = await ofPerson('per-fritz');
  await newProfile(archive, ofPeople, 'per-fritz', { credentials: { ...rest, refreshToken } });
  const tables = await Promise.all(
    ['tables.sqlite', 'tables.sqlite-wal'].map((name) => readFile(join(system.dataDir, name))),
  );
  const said = Buffer.concat([...tables, Buffer.from(system.output())]);
  for (const secret of [refreshToken, APPLICATION.clientSecret]) expect(said.includes(secret)).toBe(false);
});
