import { beforeEach, describe, expect, test } from 'vitest';
import { filingKey } from '../../../../shared/usecases/message-keys.ts';
import { markPrivate, unmarkPrivate } from '../../../../shared/usecases/private-mail/mark-private.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { filingsOf } from '../../../../shared/usecases/reading/read-message.ts';
import { createWorld, type World } from '../configuration-world.ts';
import { putFiling } from '../filed-mail.ts';

const archiveId = `1-${'a'.repeat(64)}`;
const receivedAt = '2026-03-01T11:00:00.000Z';
const mark = { archiveId, mailboxId: 'mb-ann', by: 'ann' };
let world: World;

beforeEach(async () => {
  world = createWorld();
  for (const folder of ['Inbox', 'Sent']) {
    await putFiling(world.ports.tables, { archiveId, mailboxId: 'mb-ann', folder, receivedAt });
  }
  await putFiling(world.ports.tables, { archiveId, mailboxId: 'mb-bob', receivedAt });
});

const marked = async () =>
  (await filingsOf(world.ports, archiveId)).map(({ mailboxId, folder, isPrivate }) => [mailboxId, folder, isPrivate]);

describe('a private mark', () => {
  test('lies on all filings of the one mailbox, and is in the log', async () => {
    await markPrivate(world.ports, mark);
    expect(await marked()).toEqual([
      ['mb-ann', 'Inbox', true],
      ['mb-ann', 'Sent', true],
      ['mb-bob', 'Inbox', undefined],
    ]);
    expect(world.logged.map(({ item }) => [item.sk, item.version])).toEqual([
      ['filing#mb-ann#Inbox', 2],
      ['filing#mb-ann#Sent', 2],
    ]);
  });

  test('leaves the message in the list of its folder', async () => {
    await markPrivate(world.ports, mark);
    const { items } = await listMessages(world.ports, { mailboxId: 'mb-ann', listShards: 1 }, { limit: 10 });
    expect(items.map(({ folder }) => folder).toSorted()).toEqual(['Inbox', 'Sent']);
  });

  test('is set and taken away any number of times', async () => {
    await markPrivate(world.ports, mark);
    await markPrivate(world.ports, mark);
    expect(world.logged).toHaveLength(2);
    await unmarkPrivate(world.ports, mark);
    await unmarkPrivate(world.ports, mark);
    expect(world.logged).toHaveLength(4);
    expect((await marked()).some(([, , isPrivate]) => isPrivate)).toBe(false);
  });

  test('outlives the removal of the message', async () => {
    await markPrivate(world.ports, mark);
    for (const folder of ['Inbox', 'Sent']) {
      const item = await world.ports.tables.get('messages', filingKey(archiveId, 'mb-ann', folder));
      if (item) await world.ports.tables.put('messages', { ...item, data: { ...item.data, removedAt: receivedAt } });
    }
    const filings = await filingsOf(world.ports, archiveId);
    expect(filings.map(({ mailboxId, isRemoved }) => [mailboxId, isRemoved])).toEqual([
      ['mb-ann', true],
      ['mb-ann', true],
      ['mb-bob', undefined],
    ]);
    await expect(markPrivate(world.ports, mark)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('takes a message in that mailbox', async () => {
    for (const change of [markPrivate, unmarkPrivate]) {
      await expect(change(world.ports, { ...mark, mailboxId: 'mb-carl' })).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('survives somebody who changes the filing at the same time', async () => {
    const { tables } = world.ports;
    const { putIfVersion } = tables;
    let isFirst = true;
    tables.putIfVersion = async (table, item, expected) => {
      if (isFirst) {
        isFirst = false;
        const there = await tables.get(table, item);
        if (there)
          await tables.put(table, { ...there, version: there.version + 1, data: { ...there.data, folder: 'Moved' } });
      }
      return await putIfVersion.call(tables, table, item, expected);
    };
    await markPrivate(world.ports, mark);
    expect(await marked()).toContainEqual(['mb-ann', 'Moved', true]);
  });
});
