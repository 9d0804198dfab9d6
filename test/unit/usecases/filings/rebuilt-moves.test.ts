import { expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import { moveMessage } from '../../../../shared/usecases/filings/move-message.ts';
import { putFiling } from '../../../../shared/usecases/filings/put-filing.ts';
import { removeEmptyFolders } from '../../../../shared/usecases/filings/remove-folders.ts';
import { shownFolders } from '../../../../shared/usecases/filings/shown-folders.ts';
import { startRename } from '../../../../shared/usecases/filings/start-rename.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import { ANN, SYNC } from './filings-world.ts';

test('tables that are rebuilt from the bucket alone have every move, merge, further filing and folder', async () => {
  const ports = createMemoryPorts('moves');
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  const { localPart, endpointId, mailboxId: journalId } = await createEndpoint(configuration, { name: 'all' });
  const ann = await createMailbox(configuration, { name: 'ann', primaryAddress: 'ann@x.test' });
  const journal = { mailboxId: journalId, listShards: 8 };
  const directory = bookDirectory(configuration);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: 32_768 };
  for (let n = 1; n <= 6; n += 1) {
    const raw = `From: ann@x.test\r\nTo: ann@x.test\r\nSubject: ${n}\r\nMessage-ID: <${n}@x.test>\r\n\r\n${n}\r\n`;
    const receivedAt = ports.clock.now().toISOString();
    const source = { kind: 'journal', endpointIds: [endpointId] } as const;
    const envelope = { mailFrom: '', rcptTo: [`${localPart}@journal.test`] };
    const nudge = await acceptArrival(ports, { receivedAt, source, envelope }, Buffer.from(raw));
    expect(await fileBatch(context, new ByteBudget(1), [nudge])).toEqual([]);
  }
  const { items } = await listMessages(ports, ann, { folder: 'Inbox', limit: 10 });
  const [one = '', two = '', three = '', four = '', five = ''] = items.map(({ archiveId }) => archiveId);
  const { mailboxId } = ann;
  const move = (archiveId: string, from: string, to: string) =>
    moveMessage(ports, { archiveId, mailboxId, from, to, by: ANN });
  await move(one, 'Inbox', 'Projects/A');
  await move(two, 'Inbox', 'Sent');
  await move(three, 'Inbox', 'Passing');
  await move(three, 'Passing', 'Kept');
  await move(four, 'Sent', 'Gone');
  await putFiling(ports, { archiveId: five }, { mailboxId, folder: 'Copies', basis: 'folder' }, SYNC);
  await moveMessage(ports, { archiveId: six(items), mailboxId: journalId, from: 'Inbox', to: 'Seen', by: ANN });
  await removeEmptyFolders(ports, ann);
  await startRename(ports, ann, { from: 'Gone', to: 'There', by: ANN });

  const state = async (tables: typeof ports.tables) => {
    const own = { ...ports, tables };
    const rows = async (of: typeof journal) =>
      (await listMessages(own, of, { limit: 200 })).items
        .map(({ archiveId, folder }) => `${archiveId} ${folder}`)
        .toSorted();
    return {
      folders: await shownFolders(own, ann),
      journalFolders: await shownFolders(own, journal),
      rows: await rows(ann),
      journalRows: await rows(journal),
    };
  };
  const before = await state(ports.tables);
  expect(before.folders).toEqual(['Copies', 'Inbox', 'Kept', 'Projects/A', 'Sent', 'There']);
  expect(before.rows).toHaveLength(12);
  const rebuilt = createMemoryTables();
  await rebuildTables({ ...ports, tables: rebuilt }, directory);
  expect(await state(rebuilt)).toEqual(before);
});

function six(items: readonly { readonly archiveId: string }[]): string {
  return items.at(-1)?.archiveId ?? '';
}
