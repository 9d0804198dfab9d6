import { beforeEach, describe, expect, test } from 'vitest';
import { removeEmptyFolders } from '../../../../shared/usecases/filings/remove-folders.ts';
import {
  checkRename,
  type RenameCheckpoint,
  renameFolder,
  renameFrom,
} from '../../../../shared/usecases/filings/rename-folder.ts';
import { shownFolders } from '../../../../shared/usecases/filings/shown-folders.ts';
import { startRename } from '../../../../shared/usecases/filings/start-rename.ts';
import { getMailbox } from '../../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { ANN, createFilingsWorld, type FilingsWorld } from './filings-world.ts';

let world: FilingsWorld;
const id = (n: number) => `1-${String(n).padStart(64, '0')}`;

beforeEach(async () => {
  world = await createFilingsWorld();
});

const mailbox = () => getMailbox(world.ports, world.ann);
const folders = async () => await shownFolders(world.ports, await mailbox());
const rename = async (from: string, to: string) =>
  await startRename(world.ports, await mailbox(), { from, to, by: ANN });
const rows = async (folder: string) =>
  (await listMessages(world.ports, await mailbox(), { folder, limit: 900 })).items.length;

describe('renaming a folder', () => {
  test('takes its messages and the folders below it along', async () => {
    await world.file('A');
    await world.file('A/x', { archiveId: id(1) });
    await world.file('AA', { archiveId: id(2) });
    expect(await rename('A', 'B/C')).toEqual({ counts: { folders: 2, messages: 2, left: 0 } });
    expect(await folders()).toEqual(['AA', 'B/C', 'B/C/x']);
    expect([await rows('B/C'), await rows('B/C/x'), await rows('AA')]).toEqual([1, 1, 1]);
  });

  test('joins it with one that is there', async () => {
    await world.file('A');
    await world.file('B');
    await world.file('B', { archiveId: id(1) });
    await rename('A', 'B');
    expect(await folders()).toEqual(['B']);
    expect(await rows('B')).toBe(2);
  });

  test('moves it up to where it lay in', async () => {
    await world.file('A/B');
    expect(await rename('A/B', 'A')).toMatchObject({ counts: { messages: 1 } });
    expect(await folders()).toEqual(['A']);
  });

  test('goes on in slices, and ends as it would have at once', async () => {
    for (let n = 1; n <= 450; n += 1) await world.file(n % 2 ? 'A' : 'A/x', { archiveId: id(n) });
    const checked = await checkRename(world.ports, await mailbox(), { from: 'A', to: 'B', by: ANN });
    let rest: RenameCheckpoint | undefined = renameFrom(checked);
    let slices = 0;
    for (; rest; slices += 1) ({ rest } = await renameFolder(world.ports, await mailbox(), rest, () => false));
    expect(slices).toBeGreaterThan(4);
    expect([await folders(), await rows('B'), await rows('B/x')]).toEqual([['B', 'B/x'], 225, 225]);
  });

  test('becomes a job where much lies in it', async () => {
    for (let n = 1; n <= 450; n += 1) await world.file('A', { archiveId: id(n) });
    expect(await rename('A', 'B')).toMatchObject({ job: { kind: 'move-folder', mailboxId: world.ann } });
  });

  test.each([
    { why: 'of new mail', from: 'Inbox', to: 'Old' },
    { why: 'of sent mail', from: 'Sent', to: 'Old' },
    { why: 'to itself', from: 'A', to: 'A' },
    { why: 'to below itself', from: 'A', to: 'A/B' },
    { why: 'so that one below it came to lie in it again', from: 'A/B', to: 'A' },
    { why: 'to what is no name', from: 'A', to: 'B//C' },
    { why: 'so that one below it got too long a name', from: 'A', to: 'b'.repeat(597) },
  ])('is refused $why', async ({ from, to }) => {
    for (const folder of ['Inbox', 'Sent', 'A', 'A/B', 'A/B/B', 'A/long']) await world.file(folder);
    await expect(rename(from, to)).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await folders()).toHaveLength(6);
  });

  test('is not found where there is none', async () => {
    await expect(rename('A', 'B')).rejects.toMatchObject({ code: 'not_found' });
    await world.file('A');
    await rename('A', 'B');
    await expect(rename('A', 'C')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('leaves what is being purged, and says so', async () => {
    await world.file('A');
    await world.setState('purging');
    expect(await rename('A', 'B')).toEqual({ counts: { folders: 1, messages: 0, left: 1 } });
    expect(await folders()).toEqual(['A', 'B']);
  });
});

describe('removing empty folders', () => {
  test('removes those without a message, but for those of new mail', async () => {
    for (const folder of ['Inbox', 'Sent', 'Empty', 'Full']) await world.file(folder);
    for (const folder of ['Inbox', 'Sent', 'Empty']) await world.remove(folder);
    expect(await removeEmptyFolders(world.ports, await mailbox())).toBe(1);
    expect(await folders()).toEqual(['Full', 'Inbox', 'Sent']);
    expect(await removeEmptyFolders(world.ports, await mailbox())).toBe(0);
  });

  test('hides nothing that is filed at the same time, or later', async () => {
    await world.file('Late');
    await world.remove('Late');
    await removeEmptyFolders(world.ports, await mailbox());
    expect(await folders()).toEqual([]);
    const entry = await world.ports.tables.get('messages', { pk: `folder#${world.ann}`, sk: 'Late' });
    await world.file('Late', { archiveId: id(1) });
    // Whoever filed it knew the folder, and did not put it again.
    if (entry) await world.ports.tables.put('messages', entry);
    expect(await folders()).toEqual(['Late']);
    expect(await world.listed()).toEqual(['Late']);
  });

  test('lets a folder come back that somebody moves mail to', async () => {
    await world.file('A');
    await rename('A', 'B');
    await rename('B', 'A');
    expect(await folders()).toEqual(['A']);
    const item = await world.ports.tables.get('messages', { pk: `folder#${world.ann}`, sk: 'A' });
    expect(item?.data).toEqual({ folder: 'A' });
  });
});
