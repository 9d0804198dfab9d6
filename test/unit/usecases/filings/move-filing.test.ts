import { beforeEach, describe, expect, test } from 'vitest';
import { moveFiling, moveFilings } from '../../../../shared/usecases/filings/move-filing.ts';
import { moveMessage } from '../../../../shared/usecases/filings/move-message.ts';
import { candidateDayKey } from '../../../../shared/usecases/message-keys.ts';
import { markPrivate } from '../../../../shared/usecases/private-mail/mark-private.ts';
import { filingsOf } from '../../../../shared/usecases/reading/read-message.ts';
import { ANN, ARCHIVE_ID, createFilingsWorld, type FilingsWorld, RECEIVED_AT, SYNC } from './filings-world.ts';

let world: FilingsWorld;

beforeEach(async () => {
  world = await createFilingsWorld();
  await world.file('Inbox');
});

const of = (originFolder: string, archiveId = ARCHIVE_ID) => ({ archiveId, mailboxId: world.ann, originFolder });
const move = (originFolder: string, folder: string, by = ANN) => moveFiling(world.ports, of(originFolder), folder, by);

describe('moving a filing', () => {
  test('shows the message in the other folder only, and says who moved it', async () => {
    expect(await move('Inbox', 'Projects')).toBe('moved');
    expect(await world.listed()).toEqual(['Projects']);
    expect(await world.filing('Inbox')).toMatchObject({
      originFolder: 'Inbox',
      folder: 'Projects',
      moved: { by: ANN, at: world.clock.now().toISOString() },
    });
  });

  test('is in the log, and told to the index of that mailbox', async () => {
    await world.file('Inbox', { mailboxId: world.bob });
    await move('Inbox', 'Projects');
    expect(world.logged.map(({ item }) => [item.sk, item.version, item.data.folder])).toEqual([
      [`filing#${world.ann}#Inbox`, 2, 'Projects'],
    ]);
    expect(await world.marked()).toEqual([world.ann]);
  });

  test('has retention look at the days of the message again, for policies on folders', async () => {
    await move('Inbox', 'Projects');
    const key = candidateDayKey('a', RECEIVED_AT.slice(0, 10));
    const day = await world.ports.tables.get('messages', key);
    expect(day?.data).toEqual({ touchedAt: world.clock.now().toISOString() });
  });

  test('may be repeated, and tells the index again', async () => {
    await move('Inbox', 'Projects');
    const before = world.logged.length;
    expect(await move('Inbox', 'Projects')).toBe('there');
    expect(world.logged).toHaveLength(before);
  });

  test('may go there and back', async () => {
    await move('Inbox', 'Projects');
    await move('Inbox', 'Inbox');
    expect(await world.listed()).toEqual(['Inbox']);
  });

  test('keeps a private mark', async () => {
    await markPrivate(world.ports, { archiveId: ARCHIVE_ID, mailboxId: world.ann, by: 'ann' });
    await move('Inbox', 'Projects');
    expect((await world.filing('Inbox'))?.private).toBeDefined();
  });

  test('survives somebody who changes the filing at the same time', async () => {
    const { tables } = world.ports;
    const { putIfVersion } = tables;
    let isFirst = true;
    tables.putIfVersion = async (table, item, expected) => {
      if (isFirst) {
        isFirst = false;
        await markPrivate({ ...world.ports }, { archiveId: ARCHIVE_ID, mailboxId: world.ann, by: 'ann' });
      }
      return await putIfVersion.call(tables, table, item, expected);
    };
    await move('Inbox', 'Projects');
    expect(await world.filing('Inbox')).toMatchObject({ folder: 'Projects', private: { by: 'ann' } });
  });

  test.each([
    { why: 'that is not there', origin: 'Nowhere', prepare: async () => undefined },
    { why: 'that somebody removed', origin: 'Inbox', prepare: () => world.remove('Inbox') },
    { why: 'of a purged message', origin: 'Inbox', prepare: () => world.setState('purged') },
  ])('is not found for one $why', async ({ origin, prepare }) => {
    await prepare();
    await expect(move(origin, 'Projects')).rejects.toMatchObject({ code: 'not_found' });
    expect(world.logged).toEqual([]);
  });

  test('waits while a purge is undecided', async () => {
    await world.setState('purging');
    await expect(move('Inbox', 'Projects')).rejects.toMatchObject({ code: 'purging', retryable: true });
  });
});

describe('moving to where the message lies already', () => {
  beforeEach(async () => {
    await world.file('Projects');
  });

  test('makes one row of two, and removes nothing from anybody', async () => {
    expect(await move('Projects', 'Inbox')).toBe('merged');
    expect(await world.listed()).toEqual(['Inbox']);
    expect(await world.filing('Projects')).toMatchObject({ mergedInto: 'Inbox', folder: 'Inbox' });
    const known = await filingsOf(world.ports, ARCHIVE_ID);
    expect(known.map(({ originFolder, folder, isMerged }) => [originFolder, folder, isMerged])).toEqual([
      ['Inbox', 'Inbox', undefined],
      ['Projects', 'Inbox', true],
    ]);
  });

  test('lets the same filing stay, whichever was moved', async () => {
    expect(await move('Inbox', 'Projects')).toBe('merged');
    expect(await world.filing('Inbox')).toMatchObject({ folder: 'Projects' });
    expect(await world.filing('Projects')).toMatchObject({ mergedInto: 'Inbox' });
    expect(await world.listed()).toEqual(['Projects']);
  });

  test('lets the merged one be moved out again', async () => {
    await move('Projects', 'Inbox');
    expect(await move('Projects', 'Other', SYNC)).toBe('moved');
    expect(await world.listed()).toEqual(['Inbox', 'Other']);
    const { removedAt, mergedInto } = (await world.filing('Projects')) ?? {};
    expect([removedAt, mergedInto]).toEqual([undefined, undefined]);
  });

  test('follows the one that stayed wherever it goes', async () => {
    await move('Projects', 'Inbox');
    await move('Inbox', 'Deep/Down');
    const known = await filingsOf(world.ports, ARCHIVE_ID);
    expect(known.map(({ folder }) => folder)).toEqual(['Deep/Down', 'Deep/Down']);
  });

  test('goes with the one that stayed where that is removed', async () => {
    await move('Projects', 'Inbox');
    await world.remove('Inbox');
    await expect(move('Projects', 'Other')).rejects.toMatchObject({ code: 'not_found' });
    expect(await filingsOf(world.ports, ARCHIVE_ID)).toEqual([]);
  });

  test('mends two rows that an arrival made of a moved message', async () => {
    await move('Inbox', 'Later');
    await world.file('Later');
    expect(await world.listed()).toEqual(['Later', 'Later', 'Projects']);
    expect(await move('Inbox', 'Later')).toBe('merged');
    expect(await world.listed()).toEqual(['Later', 'Projects']);
  });
});

describe('moving many', () => {
  const id = (n: number) => `1-${String(n).padStart(64, '0')}`;

  test('keeps none back for one that cannot be moved', async () => {
    for (const n of [1, 2, 3]) await world.file('Inbox', { archiveId: id(n) });
    await world.setState('purging', id(2));
    const moves = [1, 2, 3, 4].map((n) => ({ ...of('Inbox', id(n)), folder: 'P' }));
    const results = await moveFilings(world.ports, moves, SYNC);
    expect(results.map((one) => ('error' in one ? one.error.code : one.outcome))).toEqual([
      'moved',
      'purging',
      'moved',
      'not_found',
    ]);
    expect(await world.marked()).toEqual([world.ann]);
  });

  test('moves only what still lies where it was', async () => {
    const moves = [{ ...of('Inbox'), folder: 'P', from: 'Elsewhere' }];
    expect(await moveFilings(world.ports, moves, SYNC)).toEqual([{ outcome: 'elsewhere' }]);
    expect(await world.listed()).toEqual(['Inbox']);
  });
});

describe('a message that somebody moves', () => {
  const by = ANN;
  const wanted = (from: string, to: string) => ({ archiveId: ARCHIVE_ID, mailboxId: world.ann, from, to, by });

  test('may be moved twice by an answer that was lost', async () => {
    expect(await moveMessage(world.ports, wanted('Inbox', 'P'))).toBe('P');
    expect(await moveMessage(world.ports, wanted('Inbox', 'P'))).toBe('P');
  });

  test('is not found in a folder where it does not lie', async () => {
    await expect(moveMessage(world.ports, wanted('Elsewhere', 'P'))).rejects.toMatchObject({ code: 'not_found' });
  });

  test('goes to the inbox however that is written', async () => {
    await moveMessage(world.ports, wanted('Inbox', 'P'));
    expect(await moveMessage(world.ports, wanted('P', 'INBOX'))).toBe('Inbox');
  });

  test('goes to no folder that cannot be', async () => {
    await expect(moveMessage(world.ports, wanted('Inbox', 'a//b'))).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
