import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../../shared/errors.ts';
import type { Item, JsonObject, Page, QueryOptions, Tables } from '../../shared/ports/tables.ts';

/** Tables to be tested, empty at first. */
export interface TablesUnderTest {
  readonly tables: Tables;
  /** Makes the indexes show every write so far; left out where they always do. */
  readonly catchUp?: () => Promise<void>;
  /** The same items as another process would see them, where the adapter outlives a process. */
  readonly reopen?: () => Promise<Tables>;
  readonly close: () => Promise<void>;
}

const key = { pk: 'p', sk: 's' };
const tooLong = 'x'.repeat(1025);

/** An item with little in it. */
export function item(pk: string, sk: string, version = 1, data: JsonObject = { n: 1 }): Item {
  return { pk, sk, version, data };
}

/** Tests what `Tables` says of every adapter. */
export function tablesContract(name: string, open: () => Promise<TablesUnderTest>): void {
  describe(`Tables: ${name}`, () => {
    let subject: TablesUnderTest;
    let tables: Tables;
    beforeEach(async () => {
      subject = await open();
      tables = subject.tables;
    });
    afterEach(() => subject.close());

    /** Follows the cursors; every page keeps to the limit and says where it ends. */
    async function pages(limit: number, read: (cursor: { cursor?: string }) => Promise<Page>): Promise<Item[]> {
      const all: Item[] = [];
      let page = await read({});
      for (;;) {
        expect(page.items.length).toBeLessThanOrEqual(limit);
        all.push(...page.items);
        if (page.cursor === undefined) return all;
        page = await read({ cursor: page.cursor });
      }
    }
    const sks = async (options: Partial<QueryOptions>, pk = 'p') => {
      const limit = options.limit ?? 1000;
      const items = await pages(limit, (cursor) => tables.query('messages', pk, { limit, ...options, ...cursor }));
      return items.map(({ sk }) => sk);
    };
    const indexed = async (options: Partial<QueryOptions>, pk = 'list') => {
      await subject.catchUp?.();
      const limit = options.limit ?? 1000;
      return await pages(limit, (cursor) =>
        tables.queryIndex('messages', 'list', pk, { limit, ...options, ...cursor }),
      );
    };

    describe('one item', () => {
      test('is given back whole', async () => {
        const whole: Item = {
          ...item('p', 's', 3, { text: 'Grüße 𝄞 "\\', list: [1, null, { a: false }], n: 1.5 }),
          indexes: { list: { pk: 'l', sk: '1' }, unlogged: { pk: 'u', sk: '2' } },
          expiresAt: 4_000_000_000,
          removed: true,
        };
        await tables.put('messages', whole);
        expect(await tables.get('messages', key)).toEqual(whole);
        expect(await tables.get('configuration', key)).toBeUndefined();
        expect(await tables.get('messages', { pk: 's', sk: 'p' })).toBeUndefined();
      });

      test('is what JSON makes of it, and a copy', async () => {
        const data: { gone: undefined; list: number[] } = { gone: undefined, list: [1] };
        await tables.put('messages', { ...key, version: 1, data });
        data.list.push(2);
        const stored = await tables.get('messages', key);
        expect(stored?.data).toStrictEqual({ list: [1] });
        expect(await tables.get('messages', key)).not.toBe(stored);
      });

      test('put replaces it, its indexes and expiry too', async () => {
        await tables.put('messages', { ...item('p', 's'), indexes: { list: { pk: 'list', sk: '1' } }, expiresAt: 9e9 });
        await tables.put('messages', item('p', 's', 2, { n: 2 }));
        expect(await tables.get('messages', key)).toEqual(item('p', 's', 2, { n: 2 }));
        expect(await indexed({})).toEqual([]);
      });

      test('putIfAbsent stores the first only', async () => {
        expect(await tables.putIfAbsent('messages', item('p', 's'))).toBe('stored');
        expect(await tables.putIfAbsent('messages', item('p', 's', 9))).toBe('exists');
        expect((await tables.get('messages', key))?.version).toBe(1);
      });

      test('putIfVersion needs the version and the item', async () => {
        expect(await tables.putIfVersion('messages', item('p', 's', 2), 1)).toBe('conflict');
        await tables.put('messages', item('p', 's'));
        expect(await tables.putIfVersion('messages', item('p', 's', 2), 7)).toBe('conflict');
        expect(await tables.putIfVersion('messages', item('p', 's', 2), 1)).toBe('stored');
        expect((await tables.get('messages', key))?.version).toBe(2);
      });

      test('deleteIfVersion needs the version, and an absent item is deleted', async () => {
        expect(await tables.deleteIfVersion('messages', key, 1)).toBe('deleted');
        await tables.put('messages', { ...item('p', 's', 2), indexes: { list: { pk: 'list', sk: '1' } } });
        expect(await tables.deleteIfVersion('messages', key, 1)).toBe('conflict');
        expect(await tables.get('messages', key)).toBeDefined();
        expect(await tables.deleteIfVersion('messages', key, 2)).toBe('deleted');
        expect(await tables.get('messages', key)).toBeUndefined();
        expect(await indexed({})).toEqual([]);
        expect(await tables.putIfAbsent('messages', item('p', 's'))).toBe('stored');
      });

      test('keys are told apart however they are cut', async () => {
        const cuts = [item('a', 'b c'), item('a b', 'c'), item('a\0', 'b'), item('a', '\0b'), item('A', 'b c')];
        for (const [n, cut] of cuts.entries()) await tables.put('messages', { ...cut, data: { n } });
        for (const [n, cut] of cuts.entries()) expect((await tables.get('messages', cut))?.data).toEqual({ n });
      });
    });

    describe('races', () => {
      const writers = Array.from({ length: 50 }, (_, n) => n);

      test('one of 50 putIfAbsent wins', async () => {
        const outcomes = await Promise.all(
          writers.map((n) => tables.putIfAbsent('messages', item('p', 's', 1, { n }))),
        );
        expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
        expect((await tables.get('messages', key))?.data).toEqual({ n: outcomes.indexOf('stored') });
      });

      test('one of 50 putIfVersion wins', async () => {
        await tables.put('messages', item('p', 's'));
        const outcomes = await Promise.all(
          writers.map((n) => tables.putIfVersion('messages', item('p', 's', 2, { n }), 1)),
        );
        expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
        expect((await tables.get('messages', key))?.data).toEqual({ n: outcomes.indexOf('stored') });
      });

      test('a change and a deletion of one version do not both win', async () => {
        for (const n of writers) {
          const raced = { pk: 'race', sk: String(n) };
          await tables.put('messages', item(raced.pk, raced.sk));
          const [put, deletion] = await Promise.all([
            tables.putIfVersion('messages', item(raced.pk, raced.sk, 2), 1),
            tables.deleteIfVersion('messages', raced, 1),
          ]);
          expect([put, deletion]).not.toEqual(['stored', 'deleted']);
          expect((await tables.get('messages', raced))?.version).toBe(put === 'stored' ? 2 : undefined);
        }
      });

      test('a read sees every write that resolved before', async () => {
        await Promise.all(
          writers.map(async (n) => {
            for (let version = 1; version <= 5; version++) {
              await tables.put('messages', item('p', String(n), version));
              expect((await tables.get('messages', { pk: 'p', sk: String(n) }))?.version).toBe(version);
            }
          }),
        );
      });
    });

    describe('batchPut', () => {
      test('takes none', async () => {
        await tables.batchPut('messages', []);
      });

      test('keeps one of two items with one key', async () => {
        await tables.batchPut('messages', [item('p', 's', 1), item('p', 'other'), item('p', 's', 2)]);
        expect([1, 2]).toContain((await tables.get('messages', key))?.version);
        expect(await sks({})).toEqual(['other', 's']);
      });

      test('takes 1,001 items and replaces those that exist', async () => {
        const items = Array.from({ length: 1001 }, (_, n) => item('p', String(n).padStart(4, '0'), 2));
        await tables.put('messages', item('p', '0007', 1));
        await tables.batchPut('messages', items);
        expect(await sks({})).toEqual(items.map(({ sk }) => sk));
        expect((await tables.get('messages', { pk: 'p', sk: '0007' }))?.version).toBe(2);
      });
    });

    describe('query', () => {
      // In the order of their UTF-8 bytes; UTF-16 would have the last two the other way round.
      const sorted = [
        '!',
        '1',
        '10',
        '2',
        'A',
        'a',
        'a#1',
        'a#2',
        'a#\u{10ffff}',
        'a$',
        'b',
        'ä',
        '\ud7ff',
        '\ue000',
        '\uffff',
        '𝄞',
      ];
      beforeEach(async () => {
        await tables.batchPut(
          'messages',
          sorted.toReversed().map((sk) => item('p', sk)),
        );
        await tables.put('messages', item('other', 'a'));
        await tables.put('configuration', item('p', 'configuration'));
      });

      test('gives one partition of one table in bytes order', async () => {
        expect(await sks({})).toEqual(sorted);
        expect(await sks({ newestFirst: true })).toEqual(sorted.toReversed());
        expect(await sks({}, 'nobody')).toEqual([]);
      });

      test.each([
        { from: 'a', to: 'b' },
        { from: 'a#', to: 'a#2' },
        { from: 'b' },
        { to: 'A' },
        { from: 'b', to: 'a' },
        { prefix: 'a' },
        { prefix: 'a#' },
        { prefix: 'a#\u{10ffff}' },
        { prefix: '\ud7ff' },
        { prefix: 'zz' },
        { prefix: '' },
        { prefix: 'a', from: 'a#2' },
        { prefix: 'a', to: 'a#2' },
        { prefix: 'a#', from: 'A', to: 'z' },
        { prefix: 'b', to: 'a' },
        { prefix: 'a', to: 'b' },
      ])('keeps to the bounds %j, in both directions and any page size', async (bounds) => {
        const order = (x: string, y: string) => Buffer.compare(Buffer.from(x), Buffer.from(y));
        const { from, to, prefix = '' }: { from?: string; to?: string; prefix?: string } = bounds;
        const expected = sorted.filter(
          (sk) =>
            (from === undefined || order(sk, from) >= 0) &&
            (to === undefined || order(sk, to) <= 0) &&
            sk.startsWith(prefix),
        );
        for (const limit of [1, 2, 1000]) {
          expect(await sks({ ...bounds, limit })).toEqual(expected);
          expect(await sks({ ...bounds, limit, newestFirst: true })).toEqual(expected.toReversed());
        }
      });

      test.each([
        { position: ['!'], bounds: { prefix: 'a' }, expected: ['a', 'a#1', 'a#2', 'a#\u{10ffff}', 'a$'] },
        { position: ['b'], bounds: { prefix: 'a' }, expected: [] },
        { position: ['b'], bounds: { prefix: 'a#', newestFirst: true }, expected: ['a#\u{10ffff}', 'a#2', 'a#1'] },
        { position: ['!'], bounds: { prefix: 'a#', newestFirst: true }, expected: [] },
        { position: ['a#2'], bounds: { from: 'a#2', to: 'a#2' }, expected: [] },
      ])('takes the cursor $position for a position, with bounds $bounds', async ({ position, bounds, expected }) => {
        const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
        const page = await tables.query('messages', 'p', { limit: 100, cursor, ...bounds });
        expect(page.items.map(({ sk }) => sk)).toEqual(expected);
      });

      test.each([{ from: tooLong }, { to: tooLong }, { prefix: tooLong }, { to: '\ud800' }])(
        'refuses bounds that no key can have',
        async (bounds) => {
          const query = tables.query('messages', 'p', { limit: 1, ...bounds });
          await expect(query).rejects.toThrow(InvalidRequestError);
          const indexQuery = tables.queryIndex('messages', 'list', 'p', { limit: 1, ...bounds });
          await expect(indexQuery).rejects.toThrow(InvalidRequestError);
        },
      );

      test('has no cursor on the last page', async () => {
        expect(await tables.query('messages', 'p', { limit: sorted.length })).not.toHaveProperty('cursor');
        expect(await tables.query('messages', 'nobody', { limit: 1 })).not.toHaveProperty('cursor');
      });

      test.each([false, true])(
        'a cursor survives what is put and deleted meanwhile (newestFirst: %j)',
        async (newestFirst) => {
          const first = await tables.query('messages', 'p', { limit: 5, newestFirst });
          for (const { sk } of first.items) await tables.deleteIfVersion('messages', { pk: 'p', sk }, 1);
          await tables.put('messages', item('p', newestFirst ? '\u{10ffff}' : ' '));
          const cursor = first.cursor ?? '';
          const rest = await tables.query('messages', 'p', { limit: 1000, newestFirst, cursor });
          const seen = [...first.items, ...rest.items].map(({ sk }) => sk);
          expect(seen).toEqual(newestFirst ? sorted.toReversed() : sorted);
        },
      );

      test('gives large items over several pages', async () => {
        const data = { text: 'x'.repeat(390_000) };
        await tables.batchPut(
          'messages',
          Array.from({ length: 8 }, (_, n) => item('large', String(n), 1, data)),
        );
        expect(await sks({ limit: 1000 }, 'large')).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
      });

      test.each([0, -1, 1.5, 1001, Number.NaN])('refuses the limit %j', async (limit) => {
        await expect(tables.query('messages', 'p', { limit })).rejects.toThrow(InvalidRequestError);
        await expect(tables.queryIndex('messages', 'list', 'p', { limit })).rejects.toThrow(InvalidRequestError);
        await expect(tables.scan('messages', { limit })).rejects.toThrow(InvalidRequestError);
      });

      test.each(['', 'x', 'WyIx', 'WzFd', 'bnVsbA'])('refuses the cursor %j', async (cursor) => {
        const options = { limit: 1, cursor };
        await expect(tables.query('messages', 'p', options)).rejects.toThrow(InvalidRequestError);
        await expect(tables.queryIndex('messages', 'list', 'p', options)).rejects.toThrow(InvalidRequestError);
        await expect(tables.scan('messages', options)).rejects.toThrow(InvalidRequestError);
      });
    });

    describe('queryIndex', () => {
      const listed = (pk: string, sk: string, listSk: string, version = 1): Item => ({
        ...item(pk, sk, version),
        indexes: { list: { pk: 'list', sk: listSk } },
      });
      const ids = (items: readonly Item[]) => items.map(({ pk, sk }) => `${pk}/${sk}`);

      test('gives the items of one index partition in the order of its sort keys', async () => {
        await tables.batchPut('messages', [listed('a', '1', 'z'), listed('b', '1', 'x'), listed('c', '1', 'y')]);
        await tables.put('messages', item('d', '1'));
        await tables.put('messages', { ...item('e', '1'), indexes: { list: { pk: 'other', sk: 'x' } } });
        await tables.put('messages', { ...item('f', '1'), indexes: { unlogged: { pk: 'list', sk: 'x' } } });
        await tables.put('activity', listed('g', '1', 'x'));
        expect(ids(await indexed({}))).toEqual(['b/1', 'c/1', 'a/1']);
        expect(ids(await indexed({ newestFirst: true }))).toEqual(['a/1', 'c/1', 'b/1']);
        expect(ids(await indexed({ from: 'y' }))).toEqual(['c/1', 'a/1']);
        expect(ids(await indexed({ to: 'y' }))).toEqual(['b/1', 'c/1']);
        expect(ids(await indexed({ prefix: 'y' }))).toEqual(['c/1']);
        expect((await indexed({}))[0]).toEqual(listed('b', '1', 'x'));
        const unlogged = await tables.queryIndex('messages', 'unlogged', 'list', { limit: 10 });
        expect(ids(unlogged.items)).toEqual(['f/1']);
      });

      test('follows an item that moves in the index and leaves it', async () => {
        await tables.put('messages', listed('a', '1', 'x'));
        await tables.put('messages', listed('b', '1', 'y'));
        await tables.putIfVersion('messages', listed('a', '1', 'z', 2), 1);
        expect(ids(await indexed({}))).toEqual(['b/1', 'a/1']);
        await tables.putIfVersion('messages', item('b', '1', 2), 1);
        expect(ids(await indexed({}))).toEqual(['a/1']);
      });

      test.each([1, 2, 3])('gives equal sort keys in one order, also in pages of %j', async (limit) => {
        const same = ['a/1', 'a/2', 'b/1', 'b/10', 'b/2', 'c/1', 'ä/1', '\uffff/1', '𝄞/1'];
        const items = same.toReversed().map((id) => listed(id.split('/')[0] ?? '', id.split('/')[1] ?? '', 'same'));
        await tables.batchPut('messages', [...items, listed('z', 'first', 'a'), listed('a', 'last', 'z')]);
        const order = ids(await indexed({}));
        expect([order[0], order.at(-1)]).toEqual(['z/first', 'a/last']);
        expect(order.slice(1, -1).toSorted()).toEqual(same.toSorted());
        expect(ids(await indexed({ limit }))).toEqual(order);
        expect(ids(await indexed({ limit, newestFirst: true }))).toEqual(order.toReversed());
        expect(ids(await indexed({ limit, prefix: 'same' }))).toEqual(order.slice(1, -1));
        const bounds = { from: 'same', to: 'same', newestFirst: true };
        expect(ids(await indexed({ limit, ...bounds }))).toEqual(order.slice(1, -1).toReversed());
      });

      test('a cursor survives what is put and deleted meanwhile', async () => {
        await tables.batchPut(
          'messages',
          ['a', 'b', 'c', 'd'].map((pk) => listed(pk, '1', 'same')),
        );
        await subject.catchUp?.();
        const first = await tables.queryIndex('messages', 'list', 'list', { limit: 2 });
        for (const found of first.items) await tables.deleteIfVersion('messages', found, 1);
        await tables.put('messages', listed('y', '1', 'before'));
        await tables.put('messages', listed('z', '1', 'tail'));
        const rest = await indexed({ cursor: first.cursor ?? '' });
        const seen = [...ids(first.items), ...ids(rest)];
        expect(seen.toSorted()).toEqual(['a/1', 'b/1', 'c/1', 'd/1', 'z/1']);
        expect(seen.at(-1)).toBe('z/1');
      });
    });

    describe('scan', () => {
      test.each([1, 7, 1000])('gives every item once, in pages of %j', async (limit) => {
        const all = Array.from({ length: 30 }, (_, n) => item(`p${n % 4}`, `s${n}`));
        await tables.batchPut('activity', all);
        await tables.put('messages', item('x', 'y'));
        const found = await pages(limit, (cursor) => tables.scan('activity', { limit, ...cursor }));
        const ids = (items: readonly Item[]) => items.map(({ pk, sk }) => `${pk} ${sk}`).toSorted();
        expect(ids(found)).toEqual(ids(all));
      });
    });

    test('an expired item may vanish and never takes others along', async () => {
      await tables.put('activity', { ...item('p', 'expired'), expiresAt: 1 });
      await tables.put('activity', { ...item('p', 'lives'), expiresAt: 4_000_000_000 });
      await tables.put('activity', item('p', 'stays'));
      const { items } = await tables.query('activity', 'p', { limit: 10 });
      expect(items.map(({ sk }) => sk).filter((sk) => sk !== 'expired')).toEqual(['lives', 'stays']);
      expect(await tables.get('activity', { pk: 'p', sk: 'lives' })).toMatchObject({ expiresAt: 4_000_000_000 });
    });

    describe('limits', () => {
      const refused = (promise: Promise<unknown>) => expect(promise).rejects.toThrow(InvalidRequestError);
      const empty = JSON.stringify(item('p', 's', 1, { text: '' })).length;

      test('takes an item of 400 KB and refuses one byte more, alone', async () => {
        await tables.put('messages', item('p', 's', 1, { text: 'x'.repeat(400 * 1024 - empty) }));
        const [over] = [item('p', 't', 1, { text: 'x'.repeat(400 * 1024 - empty + 1) })];
        const beside = tables.put('messages', item('p', 'beside'));
        await refused(tables.put('messages', over));
        await refused(tables.putIfAbsent('messages', over));
        await refused(tables.putIfVersion('messages', over, 1));
        await refused(tables.batchPut('messages', [over]));
        await refused(tables.put('messages', item('p', 't', 1, { text: 'ä'.repeat(200 * 1024) })));
        await beside;
        expect(await sks({})).toEqual(['beside', 's']);
      });

      test.each(['', 'x'.repeat(1025), 'ä'.repeat(513), '\ud800'])('refuses the key part %j', async (part) => {
        for (const bad of [
          { pk: part, sk: 's' },
          { pk: 'p', sk: part },
        ]) {
          await refused(tables.get('messages', bad));
          await refused(tables.put('messages', { ...item('p', 's'), ...bad }));
          await refused(tables.deleteIfVersion('messages', bad, 1));
          await refused(tables.put('messages', { ...item('p', 's'), indexes: { list: bad } }));
        }
        await refused(tables.query('messages', part, { limit: 1 }));
      });

      test('takes keys of 1,024 bytes', async () => {
        const long = { pk: 'ä'.repeat(512), sk: 'x'.repeat(1024) };
        await tables.put('messages', { ...item(long.pk, long.sk), indexes: { list: long } });
        expect(await tables.get('messages', long)).toMatchObject(long);
      });
    });

    test('keeps everything for the next process', async ({ skip }) => {
      if (!subject.reopen) return skip();
      await tables.put('messages', { ...item('p', 's', 5), indexes: { list: { pk: 'list', sk: 'x' } } });
      const next = await subject.reopen();
      expect((await next.get('messages', key))?.version).toBe(5);
      expect((await next.queryIndex('messages', 'list', 'list', { limit: 1 })).items).toHaveLength(1);
      expect(await next.putIfVersion('messages', item('p', 's', 6), 5)).toBe('stored');
    });
  });
}
