import { beforeEach, describe, expect, test } from 'vitest';
import { moveFiling } from '../../../../shared/usecases/filings/move-filing.ts';
import { putFiling } from '../../../../shared/usecases/filings/put-filing.ts';
import { candidateDayKey } from '../../../../shared/usecases/message-keys.ts';
import { ARCHIVE_ID, createFilingsWorld, type FilingsWorld, RECEIVED_AT, SYNC } from './filings-world.ts';

let world: FilingsWorld;

beforeEach(async () => {
  world = await createFilingsWorld();
  await world.file('Inbox');
});

const put = (folder: string, more: object = {}) =>
  putFiling(world.ports, { archiveId: ARCHIVE_ID }, { mailboxId: world.ann, folder, basis: 'folder', ...more }, SYNC);
const move = (originFolder: string, folder: string) =>
  moveFiling(world.ports, { archiveId: ARCHIVE_ID, mailboxId: world.ann, originFolder }, folder, SYNC);

describe('filing a message in a further folder', () => {
  test('shows it in both, on the arrival that the first rests on', async () => {
    expect(await put('Projects')).toBe('filed');
    expect(await world.listed()).toEqual(['Inbox', 'Projects']);
    expect(await world.filing('Projects')).toMatchObject({
      arrivalId: 'arrival',
      basis: 'folder',
      moved: { by: SYNC },
    });
    expect(world.logged.map(({ item }) => [item.sk, item.version])).toEqual([[`filing#${world.ann}#Projects`, 1]]);
  });

  test('has retention look at the days of the message again, for policies on folders', async () => {
    await put('Projects');
    const day = await world.ports.tables.get('messages', candidateDayKey('a', RECEIVED_AT.slice(0, 10)));
    expect(day?.data).toEqual({ touchedAt: world.clock.now().toISOString() });
  });

  test('may be repeated', async () => {
    await put('Projects');
    expect(await put('Projects')).toBe('there');
    expect(await put('Inbox')).toBe('there');
    expect(await world.filings()).toHaveLength(2);
  });

  test('in another mailbox tells the indexes of both', async () => {
    const arrival = {
      arrivalId: 'later',
      summary: { ...(await world.filings())[0]?.summary, receivedAt: RECEIVED_AT },
    };
    const message = { archiveId: ARCHIVE_ID, arrival } as Parameters<typeof putFiling>[1];
    await putFiling(world.ports, message, { mailboxId: world.bob, folder: 'Inbox', basis: 'header' }, SYNC);
    expect(await world.listed(world.bob)).toEqual(['Inbox']);
    expect((await world.filings(world.bob))[0]).toMatchObject({ arrivalId: 'later', basis: 'header' });
    expect(await world.marked()).toEqual([world.ann, world.bob].toSorted());
  });

  test('of another mailbox goes by its first arrival where no other is told', async () => {
    await putFiling(
      world.ports,
      { archiveId: ARCHIVE_ID },
      { mailboxId: world.bob, folder: 'X', basis: 'folder' },
      SYNC,
    );
    expect((await world.filings(world.bob))[0]).toMatchObject({ arrivalId: 'first' });
  });

  test('takes another origin where the filing that came by that folder lies elsewhere', async () => {
    await move('Inbox', 'Projects');
    expect(await put('Inbox')).toBe('filed');
    expect(await world.listed()).toEqual(['Inbox', 'Projects']);
    expect((await world.filings()).map(({ originFolder }) => originFolder)).toEqual(['Inbox', 'Inbox#2']);
  });

  test('shows one that was merged again', async () => {
    await put('Projects');
    await move('Projects', 'Inbox');
    expect(await world.listed()).toEqual(['Inbox']);
    expect(await put('Projects')).toBe('filed');
    expect(await world.listed()).toEqual(['Inbox', 'Projects']);
    expect(await world.filings()).toHaveLength(2);
  });

  test.each([
    { why: 'from that folder', removed: ['Projects'], folder: 'Projects' },
    { why: 'from all the folders it lay in', removed: ['Inbox', 'Projects'], folder: 'Other' },
  ])('does not bring back what somebody removed $why', async ({ removed, folder }) => {
    await put('Projects');
    for (const origin of removed) await world.remove(origin);
    const before = await world.listed();
    expect(await put(folder)).toBe('removed');
    expect(await world.listed()).toEqual(before);
  });

  test('makes nobody a sender, who sees blind copies, by a copy in Sent', async () => {
    await put('Sent');
    expect((await world.filings()).map(({ originFolder, folder }) => [originFolder, folder])).toContainEqual([
      'Sent#2',
      'Sent',
    ]);
    await put('Sent');
    expect(await world.filings()).toHaveLength(2);
  });

  test.each([
    { why: 'the evidence of its arrivals', more: { basis: 'header' } },
    { why: 'the very message from the live mailbox', more: { hasOriginal: true } },
  ])('makes somebody a sender by $why', async ({ more }) => {
    await put('Sent', more);
    expect(await world.filing('Sent')).toMatchObject({ folder: 'Sent' });
  });
});

describe('a purge', () => {
  test('that is undecided has the filing wait', async () => {
    await world.setState('purging');
    await expect(put('Projects')).rejects.toMatchObject({ code: 'purging' });
    expect(await world.filings()).toHaveLength(1);
  });

  test('that was decided while the filing was put leaves nothing of it in a list', async () => {
    const { append } = world.ports.log;
    world.ports.log.append = async (entries) => {
      await append(entries);
      await world.setState('purged');
    };
    await expect(put('Projects')).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.listed()).toEqual(['Inbox']);
  });
});
