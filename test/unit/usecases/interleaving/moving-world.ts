import { hash } from 'node:crypto';
import { createManualClock } from '../../../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { presentFilings } from '../../../../shared/domain/filing-place.ts';
import type { Filing, FilingMover, MessageRecord } from '../../../../shared/domain/message.ts';
import { NotFoundError } from '../../../../shared/errors.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Item } from '../../../../shared/ports/tables.ts';
import { mailboxKey } from '../../../../shared/usecases/configuration/configuration-keys.ts';
import { filingItems } from '../../../../shared/usecases/filings/mailbox-filings.ts';
import { dataOf, typed } from '../../../../shared/usecases/item-data.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { pendingUnits } from '../../../../shared/usecases/search/index/marks.ts';
import { putFiling as fileBefore } from '../filed-mail.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import type { World } from './explorer.ts';
import { LOG } from './filing-check.ts';
import { gatedPorts } from './gated-ports.ts';
import type { Process } from './unfolded-process.ts';

export const ARCHIVE_ID = `1-${'a'.repeat(64)}`;
export const MAILBOX = 'mb-1';
export const BY: FilingMover = { kind: 'sync', profileId: 'p' };
const AT = '2026-03-01T10:00:00.000Z';

/** What a process does to the message of the world; one that does not find it has nothing to do. */
export interface Deed {
  readonly name: string;
  readonly crashes?: number;
  readonly does: (ports: Ports) => Promise<unknown>;
}

/** How the message lies in the end. */
export interface End {
  readonly record: MessageRecord;
  /** All filings, removed and merged ones too. */
  readonly filings: readonly Filing[];
  /** Folders of those that stand in lists, sorted. */
  readonly listed: readonly string[];
  /** Names of the deeds that found the message and said that they were done. */
  readonly done: readonly string[];
}

/** A live message that is filed in some folders of a mailbox, what was done to it `before`, and what is done to it at once. */
export async function movingWorld(
  folders: readonly string[],
  deeds: readonly Deed[],
  check: (end: End) => void,
  before: (ports: Ports) => Promise<unknown> = async () => undefined,
): Promise<World> {
  const tables = createMemoryTables();
  const clock = createManualClock(new Date(AT));
  const ports: Ports = {
    ...createMemoryPorts('moving'),
    tables,
    clock,
    log: {
      append: async (entries) => {
        for (const { item } of entries) await tables.putIfAbsent(LOG, { ...loggedKey(item), version: 1, data: {} });
      },
    },
  };
  await tables.put('configuration', {
    ...mailboxKey(MAILBOX),
    version: 1,
    data: { mailboxId: MAILBOX, name: 'm', secondaryAddresses: [], listShards: 1, createdAt: AT },
  });
  for (const folder of folders) {
    await fileBefore(tables, { archiveId: ARCHIVE_ID, mailboxId: MAILBOX, folder, receivedAt: AT });
  }
  const [{ summary } = { summary: undefined }] = (await filingItems(ports, ARCHIVE_ID)).map(({ data }) => data);
  if (!summary) throw new Error('the message is filed nowhere');
  const first = { arrivalId: 'arrival', contentHash: '', arrivalHash: '', sizeBytes: 1, receivedAt: AT, versionId: '' };
  const record: MessageRecord = { state: 'live', archivedAt: AT, first, summary };
  await tables.put('messages', { ...recordKey(ARCHIVE_ID), version: 1, data: dataOf(record) });
  await before(ports);

  return {
    processes: deeds.map(
      ({ name, crashes = 0, does }): Process => ({
        name,
        copies: 1,
        crashes,
        start: async (gate) => {
          const gated = gatedPorts(ports, gate, { seesVersions: true });
          try {
            await does({ ...gated, entropy: createSeededEntropy(name) });
            await gated.tables.put('configuration', { ...doneKey(name), version: 1, data: {} });
          } catch (error) {
            if (!(error instanceof NotFoundError)) throw error;
          }
        },
      }),
    ),
    stores: {
      keep: () => {
        const kept = tables.snapshot();
        return () => tables.restore(kept);
      },
      text: () => {
        const rows = [...tables.snapshot().rows.values()].map(({ table, json }) => `${table} ${json}`);
        return hash('sha1', rows.sort().join('\n'));
      },
    },
    check: async () => {
      const items = await filingItems(ports, ARCHIVE_ID);
      const filings = items.map(({ data }) => data);
      const item = await tables.get('messages', recordKey(ARCHIVE_ID));
      const end = item ? typed<MessageRecord>(item).data : record;
      const rows = items.filter(({ indexes }) => indexes?.list !== undefined);
      if (end.state === 'live') await checkLogged(ports, items);
      if (end.state === 'live' && presentFilings(filings).length < filings.length) throw new Error('a filing is lost');
      const marked: string[] = [];
      for await (const { unit } of pendingUnits(ports)) marked.push(unit.mailboxId);
      if (!marked.includes(MAILBOX)) throw new Error('the index is not told');
      const names = deeds.map(({ name }) => name);
      const found = await Promise.all(names.map((name) => tables.get('configuration', doneKey(name))));
      const done = names.filter((_, index) => found[index] !== undefined);
      check({ record: end, filings, listed: rows.map(({ data }) => data.folder).toSorted(), done });
    },
  };
}

/** What was changed is in the log, so that a rebuild brings it back. */
async function checkLogged({ tables }: Ports, items: readonly Item<Filing>[]): Promise<void> {
  for (const item of items) {
    if (item.version === 1 && item.data.moved === undefined) continue;
    if (item.indexes?.unlogged !== undefined) throw new Error(`${item.sk} is not known to be in the log`);
    if (!(await tables.get(LOG, loggedKey(item)))) throw new Error(`${item.sk} is not in the log`);
  }
}

function doneKey(name: string) {
  return { pk: 'done', sk: name };
}

function loggedKey({ pk, sk, version }: Pick<Item, 'pk' | 'sk' | 'version'>) {
  return { pk: 'logged', sk: `${pk} ${sk} ${version}` };
}

/** The purge of the message, whoever has it. */
export function purge(crashes = 0): Deed {
  return { name: 'purge', crashes, does: (ports) => purgeMessage(ports, ARCHIVE_ID, async () => true) };
}
