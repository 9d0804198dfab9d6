import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { liftRestriction, restrictMessage } from '../../../../shared/usecases/filings/restrict-message.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { filingsOf } from '../../../../shared/usecases/reading/read-message.ts';
import { nested, report } from '../../mail/carrier-mail.ts';
import { type IndexWorld, indexWorld, letter } from '../search/index/index-world.ts';

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld('restricted');
});

const around = (number: number, ...lines: readonly string[]) => {
  const text = ['Sender: ann@x.test', ...lines, ''].join('\r\n');
  return Buffer.from(report({ text, originals: [nested(letter(number).toString())] }));
};
const listed = async (ports: Pick<Ports, 'tables'>, mailboxId: string, seesRestricted: boolean) => {
  const { items } = await listMessages(ports, { mailboxId, listShards: 1 }, { limit: 50, seesRestricted });
  return items;
};
const isRestricted = async (ports: Pick<Ports, 'tables'>, archiveId: string) =>
  (await filingsOf(ports, archiveId)).map((filing) => filing.isRestricted ?? false);

describe('a restricted message', () => {
  test('stays out of the list of whoever a later report brings it to', async () => {
    const zoe = await world.mailbox('zoe');
    await world.file(around(1, 'To: bob@x.test'));
    const [one] = await listed(world.ports, world.bob.mailboxId, false);
    const archiveId = one?.archiveId ?? '';
    await restrictMessage(world.ports, archiveId, 'r-1');
    await world.file(around(1, 'To: zoe@x.test'));
    expect(await listed(world.ports, zoe, false)).toEqual([]);
    expect(await listed(world.ports, zoe, true)).toMatchObject([{ archiveId, folder: 'Inbox' }]);
    await liftRestriction(world.ports, archiveId, 'r-1');
    expect(await listed(world.ports, zoe, false)).toHaveLength(1);
    expect(await isRestricted(world.ports, archiveId)).toEqual(Array(4).fill(false));
  });

  test('is so in tables that are rebuilt from the bucket alone', async () => {
    await world.mailbox('zoe');
    await world.file(letter(2), around(1, 'To: bob@x.test'));
    const found = await listed(world.ports, world.bob.mailboxId, false);
    const [archiveId = '', other = ''] = found.map((item) => item.archiveId);
    for (const id of [archiveId, other]) await restrictMessage(world.ports, id, 'r-1');
    await liftRestriction(world.ports, other, 'r-1');
    await world.file(around(1, 'To: zoe@x.test'));
    const before = [await isRestricted(world.ports, archiveId), await isRestricted(world.ports, other)];
    const rebuilt = { ...world.ports, tables: createMemoryTables() };
    const directory = bookDirectory(createConfigurationContext(world.ports, { journalDomain: 'journal.test' }));
    await rebuildTables(rebuilt, directory);
    expect([await isRestricted(rebuilt, archiveId), await isRestricted(rebuilt, other)]).toEqual(before);
    expect(before.flat()).toContain(true);
    expect(await listed(rebuilt, world.bob.mailboxId, false)).toHaveLength(1);
    await liftRestriction(rebuilt, archiveId, 'r-1');
    expect(await isRestricted(rebuilt, archiveId)).not.toContain(true);
  });

  test.each([1, 2, 5])('leaves pages of a list full, and none of the others out, %i at a time', async (limit) => {
    await world.file(...Array.from({ length: 12 }, (_, n) => letter(n)));
    const all = (await listed(world.ports, world.bob.mailboxId, true)).map(({ archiveId }) => archiveId);
    const restricted = all.filter((_, n) => n < 2 || n % 3 === 0 || n > 9);
    for (const archiveId of restricted) await restrictMessage(world.ports, archiveId, 'r-1');
    const pages: (readonly string[])[] = [];
    let cursor: string | undefined;
    do {
      const request = { limit, ...(cursor === undefined ? {} : { cursor }) };
      const page = await listMessages(world.ports, { mailboxId: world.bob.mailboxId, listShards: 1 }, request);
      pages.push(page.items.map(({ archiveId }) => archiveId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(pages.flat()).toEqual(all.filter((archiveId) => !restricted.includes(archiveId)));
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  });
});
