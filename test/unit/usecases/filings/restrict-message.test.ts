import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { Filing } from '../../../../shared/domain/message.ts';
import { moveFiling } from '../../../../shared/usecases/filings/move-filing.ts';
import { putFiling } from '../../../../shared/usecases/filings/put-filing.ts';
import {
  followRestriction,
  liftRestriction,
  restrictMessage,
} from '../../../../shared/usecases/filings/restrict-message.ts';
import { dataOf } from '../../../../shared/usecases/item-data.ts';
import { filingKey, recordKey } from '../../../../shared/usecases/message-keys.ts';
import { markPrivate } from '../../../../shared/usecases/private-mail/mark-private.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { filingsOf } from '../../../../shared/usecases/reading/read-message.ts';
import { putFiling as fileBefore } from '../filed-mail.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import { ARCHIVE_ID, createFilingsWorld, type FilingsWorld, RECEIVED_AT, SYNC } from './filings-world.ts';

let world: FilingsWorld;

beforeEach(async () => {
  world = await createFilingsWorld();
  await world.file('Inbox');
  await world.file('Sent');
  await fileBefore(world.ports.tables, { archiveId: ARCHIVE_ID, mailboxId: world.bob, receivedAt: RECEIVED_AT });
});

const restrict = (requestId: string) => restrictMessage(world.ports, ARCHIVE_ID, requestId);
const lift = (requestId: string) => liftRestriction(world.ports, ARCHIVE_ID, requestId);
const marks = async () =>
  [...(await world.filings()), ...(await world.filings(world.bob))].map(({ restrictedBy }) => restrictedBy);

describe('a restriction', () => {
  test('is said by all filings, in all mailboxes, is in the log, and told to all indexes', async () => {
    await restrict('r-1');
    expect(await marks()).toEqual([['r-1'], ['r-1'], ['r-1']]);
    expect(world.logged.map(({ item }) => [item.sk, item.version])).toEqual([
      ['restriction', 1],
      ...[`filing#${world.ann}#Inbox`, `filing#${world.ann}#Sent`, `filing#${world.bob}#Inbox`]
        .toSorted()
        .map((sk) => [sk, 2]),
    ]);
    expect(await world.marked()).toEqual([world.ann, world.bob].toSorted());
  });

  test('of several requests ends with the last of them', async () => {
    await restrict('r-2');
    await restrict('r-1');
    expect(await marks()).toEqual(Array(3).fill(['r-1', 'r-2']));
    expect(await lift('r-1')).toBe(true);
    expect(await marks()).toEqual(Array(3).fill(['r-2']));
    expect(await lift('r-2')).toBe(true);
    expect(await marks()).toEqual(Array(3).fill(undefined));
  });

  test('is set and lifted any number of times', async () => {
    for (let n = 0; n < 2; n += 1) await restrict('r-1');
    expect(world.logged).toHaveLength(4);
    for (let n = 0; n < 2; n += 1) await lift('r-1');
    expect(world.logged).toHaveLength(8);
    await restrict('r-1');
    expect(await marks()).toEqual(Array(3).fill(['r-1']));
  });

  test('leaves what is private so', async () => {
    await markPrivate(world.ports, { archiveId: ARCHIVE_ID, mailboxId: world.ann, by: 'ann' });
    await restrict('r-1');
    await lift('r-1');
    expect((await world.filings()).every((filing) => filing.private?.by === 'ann')).toBe(true);
  });

  test('is told of by filings that were removed, too', async () => {
    await restrict('r-1');
    for (const folder of ['Inbox', 'Sent']) {
      const item = await world.ports.tables.get('messages', filingKey(ARCHIVE_ID, world.ann, folder));
      if (item) await world.ports.tables.put('messages', { ...item, data: { ...item.data, removedAt: RECEIVED_AT } });
    }
    const known = await filingsOf(world.ports, ARCHIVE_ID);
    expect(known.map(({ isRestricted }) => isRestricted)).toEqual([true, true, true]);
    expect(known.map(({ isRemoved }) => isRemoved ?? false).toSorted()).toEqual([false, true, true]);
  });

  test('stays where filings are moved, merged and shown again', async () => {
    await restrict('r-1');
    const place = { archiveId: ARCHIVE_ID, mailboxId: world.ann, originFolder: 'Sent' };
    for (const folder of ['Inbox', 'Projects']) {
      await moveFiling(world.ports, place, folder, SYNC);
      expect(await marks()).toEqual(Array(3).fill(['r-1']));
    }
  });

  test('is said by a filing that is put later', async () => {
    await restrict('r-1');
    await putFiling(
      world.ports,
      { archiveId: ARCHIVE_ID },
      { mailboxId: world.bob, folder: 'X', basis: 'folder' },
      SYNC,
    );
    expect(await marks()).toEqual(Array(4).fill(['r-1']));
    await lift('r-1');
    expect(await marks()).toEqual(Array(4).fill(undefined));
  });

  test('is nothing to messages that are not there', async () => {
    for (const archiveId of [`1-${'b'.repeat(64)}`, ARCHIVE_ID]) {
      const item = await world.ports.tables.get('messages', recordKey(archiveId));
      if (item) await world.ports.tables.put('messages', { ...item, data: { ...item.data, state: 'purged' } });
      await restrictMessage(world.ports, archiveId, 'r-1');
      expect(await liftRestriction(world.ports, archiveId, 'r-1')).toBe(false);
    }
    expect(world.logged).toEqual([]);
    expect(await marks()).toEqual(Array(3).fill(undefined));
  });

  test('of a message that nothing restricts costs one read', async () => {
    let reads = 0;
    const tables = createMemoryTables();
    const { get } = tables;
    tables.get = async (...of) => {
      reads += 1;
      return await get.apply(tables, of);
    };
    expect(await followRestriction({ ...world.ports, tables }, ARCHIVE_ID)).toEqual([]);
    expect(reads).toBe(1);
  });

  test('survives somebody who changes a filing at the same time', async () => {
    const { tables } = world.ports;
    const { putIfVersion } = tables;
    let isFirst = true;
    tables.putIfVersion = async (table, item, expected) => {
      if (isFirst && item.sk.startsWith('filing#')) {
        isFirst = false;
        await moveFiling(
          world.ports,
          { archiveId: ARCHIVE_ID, mailboxId: world.bob, originFolder: 'Inbox' },
          'Moved',
          SYNC,
        );
        await moveFiling(
          world.ports,
          { archiveId: ARCHIVE_ID, mailboxId: world.ann, originFolder: 'Sent' },
          'Moved',
          SYNC,
        );
      }
      return await putIfVersion.call(tables, table, item, expected);
    };
    await restrict('r-1');
    expect(await marks()).toEqual(Array(3).fill(['r-1']));
    expect((await world.filings(world.bob)).map(({ folder }) => folder)).toEqual(['Moved']);
  });
});

test('a purge takes the restriction with the message', async () => {
  const ports = { ...createMemoryPorts('restricted'), tables: world.ports.tables, clock: world.clock };
  await restrict('r-1');
  await purgeMessage(ports, ARCHIVE_ID, async () => true);
  const { items } = await ports.tables.query('messages', `message#${ARCHIVE_ID}`, { limit: 100 });
  expect(items.map(({ sk }) => sk.split('#')[0])).toEqual(['filing', 'filing', 'filing', 'record']);
  expect(items.some(({ data }) => JSON.stringify(data).includes('r-1'))).toBe(false);
});

test('a filing whose mark is not what restricts the message is put right by whoever files', async () => {
  await restrict('r-1');
  await lift('r-1');
  const key = filingKey(ARCHIVE_ID, world.bob, 'Inbox');
  const item = await world.ports.tables.get('messages', key);
  const stale: Partial<Filing> = { restrictedBy: ['r-1'] };
  if (item) await world.ports.tables.put('messages', { ...item, data: dataOf({ ...item.data, ...stale }) });
  await followRestriction(world.ports, ARCHIVE_ID);
  expect(await marks()).toEqual(Array(3).fill(undefined));
});
