import type { Filing, FilingMover, MessageRecord } from '../../../../shared/domain/message.ts';
import { filingItems } from '../../../../shared/usecases/filings/mailbox-filings.ts';
import { dataOf, typed } from '../../../../shared/usecases/item-data.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { filingKey, recordKey } from '../../../../shared/usecases/message-keys.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { pendingUnits } from '../../../../shared/usecases/search/index/marks.ts';
import { createWorld } from '../configuration-world.ts';
import { putFiling as putBefore } from '../filed-mail.ts';

export const ARCHIVE_ID = `1-${'a'.repeat(64)}`;
export const RECEIVED_AT = '2026-03-01T11:00:00.000Z';
export const ANN: FilingMover = { kind: 'user', userId: 'user-ann' };
export const SYNC: FilingMover = { kind: 'sync', profileId: 'profile-1' };

const summary = {
  date: RECEIVED_AT,
  receivedAt: RECEIVED_AT,
  from: { address: 'a@example.org' },
  to: [],
  subject: 's',
  sizeBytes: 1,
  hasAttachments: false,
};

/** Two mailboxes, and messages that are filed as tests say. */
export async function createFilingsWorld() {
  const world = createWorld();
  const { ports, configuration } = world;
  const newMailbox = async (name: string) =>
    (await createMailbox(configuration, { name, primaryAddress: `${name}@example.org` })).mailboxId;
  const ann = await newMailbox('ann');
  const bob = await newMailbox('bob');

  const setState = async (state: MessageRecord['state'], archiveId = ARCHIVE_ID) => {
    const reference = { arrivalId: 'first', contentHash: '', arrivalHash: '', sizeBytes: 1, receivedAt: RECEIVED_AT };
    const record: MessageRecord = { state, archivedAt: RECEIVED_AT, first: { ...reference, versionId: '' }, summary };
    await ports.tables.put('messages', { ...recordKey(archiveId), version: 1, data: dataOf(record) });
  };
  await setState('live');
  // Making the mailboxes is not what tests look at.
  world.logged.length = 0;

  return {
    ...world,
    ann,
    bob,
    setState,
    /** As an arrival files it. */
    file: async (folder: string, { archiveId = ARCHIVE_ID, mailboxId = ann } = {}) => {
      await putBefore(ports.tables, { archiveId, mailboxId, folder, receivedAt: RECEIVED_AT });
      if (!(await ports.tables.get('messages', recordKey(archiveId)))) await setState('live', archiveId);
    },
    /** As somebody removes it. */
    remove: async (originFolder: string, mailboxId = ann) => {
      const item = await ports.tables.get('messages', filingKey(ARCHIVE_ID, mailboxId, originFolder));
      if (!item) throw new Error('no such filing');
      const { indexes: _indexes, ...rest } = item;
      const data = { ...item.data, removedAt: RECEIVED_AT };
      await ports.tables.put('messages', { ...rest, version: item.version + 1, data });
    },
    filing: async (originFolder: string, mailboxId = ann): Promise<Filing | undefined> => {
      const item = await ports.tables.get('messages', filingKey(ARCHIVE_ID, mailboxId, originFolder));
      return item && typed<Filing>(item).data;
    },
    filings: async (mailboxId = ann) => (await filingItems(ports, ARCHIVE_ID, mailboxId)).map(({ data }) => data),
    /** Folders of the rows that a list shows. */
    listed: async (mailboxId = ann) => {
      const { items } = await listMessages(ports, { mailboxId, listShards: 1 }, { limit: 200 });
      return items.map(({ folder }) => folder).toSorted();
    },
    marked: async () => {
      const units: string[] = [];
      for await (const { unit } of pendingUnits(ports)) units.push(unit.mailboxId);
      return units.toSorted();
    },
  };
}

export type FilingsWorld = Awaited<ReturnType<typeof createFilingsWorld>>;
