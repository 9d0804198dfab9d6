import type { FilingBasis } from '../../../../shared/domain/arrival.ts';
import type { JobOutcome } from '../../../../shared/domain/job.ts';
import type { Filing } from '../../../../shared/domain/message.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { liveItem, placeItem } from '../../../../shared/usecases/folder-sync/remember-live.ts';
import { missingPartition } from '../../../../shared/usecases/folder-sync/sync-keys.ts';
import type { ListedMissing } from '../../../../shared/usecases/folder-sync/sync-memory.ts';
import { noteSync } from '../../../../shared/usecases/folder-sync/sync-states.ts';
import { dataOf } from '../../../../shared/usecases/item-data.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { filingKey, folderKey, folderListKey } from '../../../../shared/usecases/message-keys.ts';
import { createFolderSyncProfile } from '../../../../shared/usecases/profiles/change-profiles.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const ACCOUNT = 'anna';

/** A mailbox of an archive, a profile that synchronises it, and what both know. */
export async function createCompletenessWorld(seed: string) {
  const ports = createMemoryPorts(seed);
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.example.org' });
  const mailbox = await createMailbox(configuration, { name: 'Anna', primaryAddress: 'anna@example.org' });
  const { mailboxId } = mailbox;
  const { profileId } = await createFolderSyncProfile(ports, ports, {
    name: 'anna',
    server: {
      protocol: 'imap',
      host: 'mail.example.org',
      port: 993,
      security: 'tls',
      acceptAllCertificates: false,
      timeoutSeconds: 60,
    },
    credentials: { method: 'password', userName: ACCOUNT, password: 'secret' },
    folders: { include: [], exclude: [], shared: false },
    target: { mailboxId },
    mirrorTrash: false,
    conflicts: 'live',
    archiveMissing: false,
    removeEmptyFolders: false,
    compareEveryDays: 7,
  });

  /** A message of the archive, received at noon of `day`. */
  async function archived(
    archiveId: string,
    day: string,
    {
      folders = ['Inbox'],
      basis = 'report',
      ...change
    }: { folders?: readonly string[]; basis?: FilingBasis } & Partial<Filing> = {},
  ): Promise<void> {
    const receivedAt = `${day}T12:00:00.000Z`;
    for (const folder of folders) {
      const filing: Filing = {
        mailboxId,
        originFolder: folder,
        folder,
        basis,
        arrivalId: `arrival-${archiveId}`,
        summary: {
          date: receivedAt,
          receivedAt,
          from: { address: 'ben@example.org' },
          to: [],
          subject: `subject of ${archiveId}`,
          sizeBytes: 1_000,
          hasAttachments: false,
        },
        ...change,
      };
      const { listShards } = mailbox;
      const list = folderListKey({
        mailboxId,
        folder,
        listShards,
        sortDate: receivedAt,
        archiveId,
        originFolder: folder,
      });
      const key = filingKey(archiveId, mailboxId, folder);
      await ports.tables.put('messages', { ...key, version: 1, indexes: { list }, data: dataOf(filing) });
      await ports.tables.put('messages', { ...folderKey(mailboxId, folder), version: 1, data: {} });
    }
  }

  /** That a message lies in the live mailbox. */
  async function live(archiveId: string, of: { readonly profileId?: string } = {}): Promise<void> {
    const account = { profileId, account: ACCOUNT, ...of };
    const place = { folder: 'INBOX', validity: '1', key: archiveId };
    await ports.tables.batchPut('activity', [
      placeItem(account, archiveId, place, { path: ['INBOX'] }),
      liveItem(account, place, { subject: archiveId, state: 'matched', sizeBytes: 500 }),
    ]);
  }

  /** Mail that the archive does not have, received at noon of `day`. */
  async function missing(name: string, day: string, change: Partial<ListedMissing> = {}): Promise<void> {
    const receivedAt = `${day}T12:00:00.000Z`;
    const listed: ListedMissing = {
      folders: ['INBOX'],
      receivedAt,
      from: { address: 'ben@example.org' },
      subject: `subject of ${name}`,
      sizeBytes: 500,
      firstSeenAt: `${day}T13:00:00.000Z`,
      profileId,
      account: ACCOUNT,
      ...change,
    };
    const key = { pk: missingPartition(mailboxId), sk: `${receivedAt}#missing-${name}` };
    await ports.tables.put('activity', { ...key, version: 1, data: dataOf(listed) });
  }

  /** A run of the profile that began at midnight of `day` and ended. */
  async function synchronised(day: string, outcome: JobOutcome = 'succeeded', ambiguous = 0): Promise<void> {
    const job = { jobId: `job-${day}`, startedAt: `${day}T00:00:00.000Z` };
    await noteSync(ports, { profileId, account: ACCOUNT, mailboxId, job, outcome, ambiguous });
  }

  return { ports, mailboxId, profileId, archived, live, missing, synchronised };
}
