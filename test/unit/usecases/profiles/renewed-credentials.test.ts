import { describe, expect, test } from 'vitest';
import type { MailCredentials, MailServer } from '../../../../shared/domain/mail-server.ts';
import type { RefreshTokenCredentials } from '../../../../shared/domain/oauth-credentials.ts';
import { SourceError } from '../../../../shared/errors.ts';
import type { MailSource, OpenSource } from '../../../../shared/sources/source.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { changeProfile, createProfile, deleteProfile } from '../../../../shared/usecases/profiles/change-profiles.ts';
import { profileItem } from '../../../../shared/usecases/profiles/find-profiles.ts';
import { openCredentials } from '../../../../shared/usecases/profiles/profile-secrets.ts';
import { openSourceOf } from '../../../../shared/usecases/profiles/renewed-credentials.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const SERVER: MailServer = {
  protocol: 'imap',
  host: 'mail.example.org',
  port: 993,
  security: 'tls',
  acceptAllCertificates: false,
  timeoutSeconds: 60,
};
const CREDENTIALS: RefreshTokenCredentials = {
  method: 'refreshToken',
  userName: 'anna@example.org',
  tokenEndpoint: 'https://login.example.org/token',
  clientId: 'app',
  refreshToken: 'refresh-1',
};
const SOURCE: MailSource = {
  facts: { isEncrypted: true, warnings: [] },
  folders: async () => [],
  open: async () => {
    throw new SourceError('source_failed', 'there are no folders');
  },
  close: async () => 'deleted',
  abort: () => undefined,
};

/** A profile, and a source whose token endpoint gives `refresh-<n+1>` for `refresh-<n>`, once for each. */
async function createWorld(seed: string) {
  const ports = createMemoryPorts(seed);
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.example.org' });
  const { mailboxId } = await createMailbox(configuration, { name: 'Anna', primaryAddress: 'anna@example.org' });
  const { profileId } = await createProfile(ports, ports, {
    name: 'Anna',
    server: SERVER,
    credentials: CREDENTIALS,
    folders: { include: [], exclude: [], shared: false },
    filter: { unread: true },
    target: { mailboxId },
    compareEveryDays: 7,
  });
  const used: string[] = [];
  const rotating: OpenSource = async (_server, credentials, options = {}) => {
    if (credentials.method !== 'refreshToken') throw new Error('other credentials');
    const { refreshToken: before } = credentials;
    if (used.includes(before)) throw new SourceError('source_refused_login', 'token endpoint: invalid_grant');
    used.push(before);
    await options.refreshTokenReplaced?.({ before, after: `refresh-${Number(before.split('-')[1]) + 1}` });
    return SOURCE;
  };
  const saved = async (): Promise<MailCredentials> => {
    const { profile } = await profileItem(ports, profileId);
    return await openCredentials(ports, profileId, profile.sealedCredentials ?? '');
  };
  return { ports, profileId, used, rotating, saved, open: openSourceOf(ports, profileId, rotating) };
}

describe('a refresh token that is replaced', () => {
  test('is saved with the profile, sealed', async () => {
    const world = await createWorld('saved');
    await world.open(SERVER, CREDENTIALS);
    expect(await world.saved()).toEqual({ ...CREDENTIALS, refreshToken: 'refresh-2' });
    const stored = JSON.stringify((await world.ports.tables.scan('configuration', { limit: 1_000 })).items);
    expect(stored).not.toContain('refresh-2');
  });

  test('is used by a run that began with the one before', async () => {
    const world = await createWorld('behind');
    await world.open(SERVER, CREDENTIALS);
    await world.open(SERVER, CREDENTIALS);
    expect(world.used).toEqual(['refresh-1', 'refresh-2']);
    expect(await world.saved()).toMatchObject({ refreshToken: 'refresh-3' });
  });

  test('keeps the user name of the profile where the mailbox of another was opened', async () => {
    const world = await createWorld('several');
    await world.open(SERVER, { ...CREDENTIALS, userName: 'ben@example.org' });
    expect(await world.saved()).toMatchObject({ userName: CREDENTIALS.userName, refreshToken: 'refresh-2' });
  });

  test('does not undo what somebody saved meanwhile', async () => {
    const world = await createWorld('changed');
    const anew = { ...CREDENTIALS, refreshToken: 'other-7' };
    const open = openSourceOf(world.ports, world.profileId, async (server, credentials, options) => {
      await changeProfile(world.ports, world.ports, world.profileId, { credentials: anew });
      return await world.rotating(server, credentials, options);
    });
    await open(SERVER, CREDENTIALS);
    expect(await world.saved()).toEqual(anew);
  });

  test('is saved beside another change of the profile', async () => {
    const world = await createWorld('beside');
    const { tables } = world.ports;
    let changes = 0;
    const racing: typeof tables = {
      ...tables,
      get: tables.get.bind(tables),
      putIfVersion: async (table, item, version) => {
        changes += 1;
        if (changes === 1) await changeProfile(world.ports, world.ports, world.profileId, { name: 'Anna B.' });
        return await tables.putIfVersion(table, item, version);
      },
    };
    const open = openSourceOf({ ...world.ports, tables: racing }, world.profileId, world.rotating);
    await open(SERVER, CREDENTIALS);
    expect(await world.saved()).toMatchObject({ refreshToken: 'refresh-2' });
    expect((await profileItem(world.ports, world.profileId)).profile.name).toBe('Anna B.');
  });

  test('is of no interest where the profile is gone', async () => {
    const world = await createWorld('gone');
    await deleteProfile(world.ports, world.profileId);
    expect(await world.open(SERVER, CREDENTIALS)).toBe(SOURCE);
  });
});

test('a refusal stays one where the profile has nothing newer', async () => {
  const world = await createWorld('refused');
  world.used.push('refresh-1');
  await expect(world.open(SERVER, CREDENTIALS)).rejects.toMatchObject({ code: 'source_refused_login' });
});
