import { beforeEach, describe, expect, test } from 'vitest';
import type { LegalHold } from '../../../../shared/domain/retention/legal-hold.ts';
import { countHold } from '../../../../shared/usecases/holds/count-hold.ts';
import { messagesOfHold } from '../../../../shared/usecases/holds/messages-of-hold.ts';
import { quarantineOfHold } from '../../../../shared/usecases/holds/quarantine-of-hold.ts';
import { dataOf } from '../../../../shared/usecases/item-data.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { letter } from '../search/index/index-world.ts';
import { type HoldMail, holdMail } from './hold-mail.ts';

let mail: HoldMail;

beforeEach(async () => {
  mail = await holdMail();
  for (let number = 1; number <= 25; number += 1) {
    await mail.file(letter(number, number % 5 === 0 ? 'the merger' : 'lunch'));
    mail.clock.advance(60_000);
  }
  await mail.indexAll();
});

const count = (hold: LegalHold) => countHold(mail.context, hold, 60_000);

async function pages(hold: LegalHold, limit: number): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await messagesOfHold(mail.context, hold, { limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(page.items.map(({ subject }) => subject));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

const letters = (numbers: readonly number[]) => numbers.map((number) => `letter ${number}`);
const ALL = Array.from({ length: 25 }, (_, index) => 25 - index);

describe('what a hold covers', () => {
  test('is listed once, in however many mailboxes it lies, and counted exactly', async () => {
    const hold = await mail.hold({ everything: true });
    expect((await pages(hold, 200)).flat().toSorted()).toEqual(letters(ALL).toSorted());
    expect(await count(hold)).toEqual({ total: 25, totalIsExact: true, quarantined: 0 });
  });

  test.each([1, 3, 7, 200])('comes page by page, %d at a time, in one order', async (limit) => {
    const hold = await mail.hold({ query: 'merger' });
    const found = await pages(hold, limit);
    expect(found.flat()).toEqual((await pages(hold, 100)).flat());
    expect(found.flat().toSorted()).toEqual(letters([25, 20, 15, 10, 5]).toSorted());
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(limit);
    expect(await count(hold)).toMatchObject({ total: 5, totalIsExact: true });
  });

  test('is that of its period and custodians only', async () => {
    const hold = await mail.hold({
      mailboxes: [mail.bob.mailboxId],
      from: '2026-03-01T10:10:00.000Z',
      to: '2026-03-01T10:12:00.000Z',
    });
    expect((await pages(hold, 10)).flat().toSorted()).toEqual(letters([11, 12]));
    expect(await count(hold)).toMatchObject({ total: 2 });
    expect(await messagesOfHold(mail.context, hold, { limit: 1 })).toMatchObject({
      items: [{ mailboxId: mail.bob.mailboxId, folder: 'Inbox' }],
    });
  });

  test('includes mail that arrives later, and not what was purged before', async () => {
    const before = await mail.hold({ query: 'merger' });
    await mail.file(letter(26, 'another merger'));
    const [gone = ''] = [...(await mail.foundBySearch(before)).keys()];
    await purgeMessage(mail.ports, gone, async () => true);
    expect((await pages(before, 100)).flat()).toHaveLength(4);
    await mail.indexAll();
    expect((await pages(before, 100)).flat()).toContain('letter 26');
    expect(await count(before)).toMatchObject({ total: 5, totalIsExact: true });
  });
});

test('a count says when it had no time, or the index failed', async () => {
  const hold = await mail.hold({ everything: true });
  expect(await countHold(mail.context, hold, 0)).toMatchObject({ totalIsExact: false });
  for await (const { key } of mail.ports.derived.list('segments/data/')) await mail.ports.derived.delete(key);
  const fresh = await holdMail('other');
  const { workers, reader } = fresh.search;
  expect(await countHold({ ...mail.context, workers, reader }, hold, 60_000)).toMatchObject({ total: 0 });
});

test('quarantine of its period is listed and counted beside; what was filed after all is not', async () => {
  const input = async (id: string, more: object = {}) => {
    const data = dataOf({ id, receivedAt: '2026-03-01T10:00:00.000Z', reason: 'poison', sizeBytes: 1, ...more });
    await mail.ports.tables.put('activity', { pk: 'quarantine', sk: id, version: 1, data });
  };
  await input('q-20260301T100000000Z-a');
  await input('q-20260301T100000000Z-b', { replayedAt: '2026-03-02T10:00:00.000Z' });
  await input('q-20260401T100000000Z-c');
  const hold = await mail.hold({ query: 'merger', to: '2026-03-15T00:00:00.000Z' });
  const { items } = await quarantineOfHold(mail.ports, hold, { limit: 10 });
  expect(items.map(({ id }) => id)).toEqual(['q-20260301T100000000Z-a']);
  expect(await count(hold)).toMatchObject({ quarantined: 1 });
  expect((await quarantineOfHold(mail.ports, { scope: { everything: true } }, { limit: 10 })).items).toHaveLength(2);
});
