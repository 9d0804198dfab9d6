import { describe, expect, test } from 'vitest';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import {
  changeProfile,
  createFolderSyncProfile,
  type FolderSyncSettings,
} from '../../../../shared/usecases/profiles/change-profiles.ts';
import { profileItem } from '../../../../shared/usecases/profiles/find-profiles.ts';
import { openCredentials } from '../../../../shared/usecases/profiles/profile-secrets.ts';
import { queueDueProfiles } from '../../../../shared/usecases/profiles/queue-due-profiles.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const CREDENTIALS = { method: 'password', userName: 'anna', password: 'secret' } as const;

async function createWorld(seed: string, change: Partial<FolderSyncSettings> = {}) {
  const ports = createMemoryPorts(seed);
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.example.org' });
  const { mailboxId } = await createMailbox(configuration, { name: 'Anna', primaryAddress: 'anna@example.org' });
  const other = await createMailbox(configuration, { name: 'Ben', primaryAddress: 'ben@example.org' });
  const create = () =>
    createFolderSyncProfile(ports, ports, {
      name: 'anna',
      server: {
        protocol: 'imap',
        host: 'mail.example.org',
        port: 993,
        security: 'tls',
        acceptAllCertificates: false,
        timeoutSeconds: 60,
      },
      credentials: CREDENTIALS,
      folders: { include: [], exclude: [], shared: false },
      target: { mailboxId },
      mirrorTrash: false,
      conflicts: 'live',
      archiveMissing: false,
      removeEmptyFolders: false,
      compareEveryDays: 7,
      ...change,
    });
  return { ports, create, mailboxId, otherId: other.mailboxId };
}

describe('a profile that synchronises folders', () => {
  test('is kept with its credentials sealed', async () => {
    const { ports, create } = await createWorld('kept');
    const { profileId } = await create();
    const { profile } = await profileItem(ports, profileId);
    expect(profile).toMatchObject({ kind: 'folder-sync', conflicts: 'live', signIn: { userName: 'anna' } });
    expect(JSON.stringify(profile)).not.toContain('secret');
    expect(await openCredentials(ports, profileId, profile.sealedCredentials ?? '')).toEqual(CREDENTIALS);
  });

  test('is refused for POP3, which knows no folders', async () => {
    const server = { protocol: 'pop3', host: 'mail.example.org', port: 995, security: 'tls' } as const;
    const { create } = await createWorld('pop3', {
      server: { ...server, acceptAllCertificates: false, timeoutSeconds: 60 },
    });
    await expect(create()).rejects.toThrow('server.protocol');
  });

  test('runs as a job of its own kind when it is due', async () => {
    const { ports, create } = await createWorld('due', { schedule: { everyMinutes: 10 } });
    const { profileId } = await create();
    ports.clock.advance(11 * 60_000);
    expect(await queueDueProfiles(ports)).toBe(1);
    const jobs = await ports.tables.query('activity', 'job', { limit: 10 });
    expect(jobs.items.map(({ data }) => data)).toMatchObject([{ kind: 'folder-sync', profileId }]);
  });

  test('changes what is its own', async () => {
    const { ports, create } = await createWorld('change');
    const { profileId } = await create();
    const changed = await changeProfile(ports, ports, profileId, { conflicts: 'archive', mirrorTrash: true });
    expect(changed).toMatchObject({ conflicts: 'archive', mirrorTrash: true, archiveMissing: false });
  });

  test('refuses what archiving profiles have', async () => {
    const { ports, create } = await createWorld('foreign');
    const { profileId } = await create();
    await expect(changeProfile(ports, ports, profileId, { filter: { unread: false } })).rejects.toThrow('filter');
    const multidrop = {
      trustedHosts: [],
      unknownAddresses: 'exclude',
      folder: 'Inbox',
      journalReports: false,
    } as const;
    await expect(changeProfile(ports, ports, profileId, { target: { multidrop } })).rejects.toThrow('target');
  });

  test('keeps its mailbox: what it knows was compared with that one', async () => {
    const { ports, create, mailboxId, otherId } = await createWorld('mailbox');
    const { profileId } = await create();
    await expect(changeProfile(ports, ports, profileId, { target: { mailboxId: otherId } })).rejects.toThrow('target');
    const changed = await changeProfile(ports, ports, profileId, { target: { mailboxId, folder: 'Live' } });
    expect(changed.target).toEqual({ mailboxId, folder: 'Live' });
  });
});
