import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { broken, bytes, collected, streamed } from './bytes.ts';

/** A store to be tested, empty at first. */
export interface ObjectStoreUnderTest {
  readonly store: ObjectStore;
  /** The same objects as another process would see them, where the adapter outlives a process. */
  readonly reopen?: () => Promise<ObjectStore>;
  readonly close: () => Promise<void>;
}

/** Tests what `ObjectStore` says of every adapter, locks apart. */
export function objectStoreContract(name: string, open: () => Promise<ObjectStoreUnderTest>): void {
  describe(`ObjectStore: ${name}`, () => {
    let subject: ObjectStoreUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.close());

    const text = async (key: string, range?: { start: number; end: number }) => {
      const object = await store.get(key, range);
      return object && Buffer.from(object.body).toString();
    };
    const keys = async (prefix: string, after?: string) => {
      const objects = await collected(store.list(prefix, after === undefined ? {} : { after }));
      return objects.map((object) => object.key);
    };

    describe('put and get', () => {
      test('gives back the bytes, their facts, and its own copy', async () => {
        const body = bytes('hello');
        const put = await store.put('a/b/c.eml', body);
        body.fill(0);
        const object = await store.get('a/b/c.eml');
        expect(Buffer.from(object?.body ?? []).toString()).toBe('hello');
        expect(object).toMatchObject({ key: 'a/b/c.eml', sizeBytes: 5 });
        expect(put).toEqual({ outcome: 'stored', versionId: object?.versionId, etag: object?.etag });
        expect(Math.abs(Date.now() - (object?.modifiedAt.getTime() ?? 0))).toBeLessThan(60_000);
      });

      test('keeps a Buffer as it was when it was put', async () => {
        const body = Buffer.from('hello');
        await store.put('k', body);
        body.fill(0);
        expect(await text('k')).toBe('hello');
      });

      test('answers undefined for what is absent', async () => {
        await store.put('a/b', bytes('x'));
        for (const key of ['b', 'a/c', 'a/b/c', 'c/d/e']) {
          expect(await store.get(key)).toBeUndefined();
          expect(await store.head(key)).toBeUndefined();
        }
      });

      test('answers undefined for what other keys only start with', async () => {
        await store.put('a/b', bytes('x'));
        expect(await store.get('a')).toBeUndefined();
        expect(await store.head('a')).toBeUndefined();
      });

      test.each([
        { name: 'a stream', body: () => streamed('one ', '', 'two'), expected: 'one two' },
        { name: 'an empty stream', body: () => streamed(), expected: '' },
        { name: 'no bytes', body: () => bytes(''), expected: '' },
        { name: 'many small chunks', body: () => streamed(...Array(3000).fill('ab')), expected: 'ab'.repeat(3000) },
        {
          name: 'chunks of several megabytes',
          body: () => streamed('x'.repeat(3_000_000), 'y'.repeat(3_000_000)),
          expected: 'x'.repeat(3_000_000) + 'y'.repeat(3_000_000),
        },
      ])('stores $name', async ({ body, expected }) => {
        await store.put('k', body());
        expect((await text('k')) === expected).toBe(true);
      });

      test('replaces without conditions', async () => {
        await store.put('k', bytes('long first'));
        await store.put('k', bytes('second'));
        expect(await text('k')).toBe('second');
        expect((await store.head('k'))?.sizeBytes).toBe(6);
      });

      test('leaves nothing under the key when the body throws, and throws what the body threw', async () => {
        const failure = new Error('the sender hung up');
        await expect(store.put('k', broken(failure, 'half'))).rejects.toBe(failure);
        await expect(store.put('new/k', broken(failure), { ifAbsent: true })).rejects.toBe(failure);
        expect(await keys('')).toEqual([]);
      });

      test('leaves the former object when the body of the next throws', async () => {
        await store.put('k', bytes('first'));
        await expect(store.put('k', broken(new Error('gone'), 'x'))).rejects.toThrow('gone');
        expect(await text('k')).toBe('first');
      });
    });

    describe('conditions', () => {
      test('ifAbsent stores where there is none and leaves what exists', async () => {
        expect((await store.put('k', bytes('first'), { ifAbsent: true })).outcome).toBe('stored');
        expect(await store.put('k', bytes('second'), { ifAbsent: true })).toEqual({ outcome: 'exists' });
        expect(await store.put('k', streamed('third'), { ifAbsent: true })).toEqual({ outcome: 'exists' });
        expect(await text('k')).toBe('first');
      });

      test('one of many concurrent ifAbsent puts wins', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 30 }, (_, i) => store.put('deep/new/k', bytes(`writer ${i}`), { ifAbsent: true })),
        );
        const winners = outcomes.flatMap(({ outcome }, i) => (outcome === 'stored' ? [i] : []));
        expect(winners).toHaveLength(1);
        expect(await text('deep/new/k')).toBe(`writer ${winners[0]}`);
      });

      test('ifMatch replaces only what has this etag', async () => {
        expect(await store.put('k', bytes('x'), { ifMatch: 'none' })).toEqual({ outcome: 'changed' });
        expect(await store.get('k')).toBeUndefined();
        await store.put('k', bytes('1'));
        const etag = (await store.head('k'))?.etag ?? '';
        expect((await store.put('k', bytes('2'), { ifMatch: etag })).outcome).toBe('stored');
        expect(await store.put('k', bytes('3'), { ifMatch: etag })).toEqual({ outcome: 'changed' });
        expect(await text('k')).toBe('2');
      });

      test('one of many concurrent ifMatch puts wins', async () => {
        await store.put('k', bytes('0'));
        const ifMatch = (await store.head('k'))?.etag ?? '';
        const outcomes = await Promise.all(
          Array.from({ length: 30 }, (_, i) => store.put('k', bytes(`w${i}`), { ifMatch })),
        );
        expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
        expect(outcomes.filter(({ outcome }) => outcome === 'changed')).toHaveLength(29);
      });

      test('ifMatch makes a counter that loses nothing', async () => {
        await store.put('k', bytes('0'));
        const increment = async () => {
          for (;;) {
            const current = await store.get('k');
            const next = Number(Buffer.from(current?.body ?? [])) + 1;
            const put = await store.put('k', bytes(String(next)), { ifMatch: current?.etag ?? '' });
            if (put.outcome === 'stored') return;
          }
        };
        await Promise.all(Array.from({ length: 10 }, increment));
        expect(await text('k')).toBe('10');
      });

      test('the etag changes whenever the bytes change, of one size and at once', async () => {
        const etags = new Set<string | undefined>();
        for (let i = 0; i < 50; i++) {
          if (i % 3 === 0) await store.delete('k');
          await store.put('k', bytes(String(100 + i)), { ifAbsent: i % 3 === 0 });
          etags.add((await store.head('k'))?.etag);
        }
        expect(etags.size).toBe(50);
      });

      test('refuses conditions that contradict each other', async () => {
        const put = store.put('k', bytes('x'), { ifAbsent: true, ifMatch: 'e' });
        await expect(put).rejects.toThrow(InvalidRequestError);
      });
    });

    describe('ranges', () => {
      test.each([
        { start: 0, end: 10, expected: '0123456789' },
        { start: 3, end: 5, expected: '34' },
        { start: 0, end: 1, expected: '0' },
        { start: 9, end: 10, expected: '9' },
        { start: 5, end: 1000, expected: '56789' },
        { start: 4, end: 4, expected: '' },
        { start: 10, end: 20, expected: '' },
        { start: 15, end: 20, expected: '' },
      ])('$start to $end is "$expected"', async ({ start, end, expected }) => {
        await store.put('k', bytes('0123456789'));
        const object = await store.get('k', { start, end });
        expect(Buffer.from(object?.body ?? []).toString()).toBe(expected);
        expect(object?.sizeBytes).toBe(10);
      });

      test.each([
        { start: -1, end: 4 },
        { start: 5, end: 4 },
        { start: 0.5, end: 4 },
        { start: 0, end: Number.NaN },
      ])('$start to $end is refused', async (range) => {
        await store.put('k', bytes('0123456789'));
        await expect(store.get('k', range)).rejects.toThrow(InvalidRequestError);
      });
    });

    describe('list', () => {
      const all = ['A', 'a+', 'a-b/x', 'a.b', 'a0', 'a=', 'a/b', 'a/b.c', 'a/c/d/e', 'a_', 'b/1', 'b/2/x', 'b/3'];
      const sorted = all.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)));
      beforeEach(async () => {
        for (const key of all) await store.put(key, bytes(key));
      });

      test('gives all objects in the order of the keys bytes, across depths', async () => {
        expect(await keys('')).toEqual(sorted);
      });

      test.each(['a', 'a/', 'a/b', 'a/c/', 'a/c/d/e', 'b', 'b/2', 'c', 'a-', 'a/c/d/e/'])(
        'keeps to the prefix %s',
        async (prefix) => {
          expect(await keys(prefix)).toEqual(sorted.filter((key) => key.startsWith(prefix)));
        },
      );

      test.each([...all, 'a', 'a/', 'a/bb', 'a/c', 'a/c/d', 'a/c/zz', 'zzz', 'a/b/c'])(
        'goes on after %s',
        async (after) => {
          expect(await keys('', after)).toEqual(sorted.filter((key) => key > after));
          expect(await keys('a/', after)).toEqual(sorted.filter((key) => key > after && key.startsWith('a/')));
        },
      );

      test('gives the facts that head gives', async () => {
        for (const facts of await collected(store.list(''))) expect(await store.head(facts.key)).toMatchObject(facts);
      });

      test('pages through hundreds of objects of one directory', async () => {
        const many = Array.from({ length: 300 }, (_, i) => `many/${String(i).padStart(4, '0')}`);
        await Promise.all(many.map((key) => store.put(key, bytes('x'))));
        expect(await keys('many/')).toEqual(many);
        expect(await keys('many/', many[150])).toEqual(many.slice(151));
      });

      test('goes on while objects are put and deleted', async () => {
        const seen: string[] = [];
        for await (const { key } of store.list('')) {
          seen.push(key);
          await store.delete(key);
          await store.put(`z/${seen.length}`, bytes('x'), { ifAbsent: true });
        }
        expect(seen.filter((key) => !key.startsWith('z/'))).toEqual(sorted);
        expect(await keys('a')).toEqual([]);
      });

      test('can be left early', async () => {
        for await (const { key } of store.list('a')) {
          expect(key).toBe('a+');
          break;
        }
      });

      test('listVersions gives at least the current ones', async () => {
        const versions = (await collected(store.listVersions('a/'))).map((version) => version.key);
        expect(versions.toSorted()).toEqual(sorted.filter((key) => key.startsWith('a/')));
      });
    });

    describe('delete', () => {
      test('removes the object, and is no error where there is none', async () => {
        await store.put('a/b/c', bytes('x'));
        await store.put('a/b/d', bytes('y'));
        await store.delete('a/b/c');
        await store.delete('a/b/c');
        await store.delete('never/was/here');
        await store.delete('a');
        await store.delete('a/b/d/e');
        expect(await keys('')).toEqual(['a/b/d']);
        expect(await store.get('a/b/c')).toBeUndefined();
        expect((await store.put('a/b/c', bytes('again'), { ifAbsent: true })).outcome).toBe('stored');
      });

      test('deleteVersion removes that version only', async () => {
        await store.put('k', bytes('x'));
        await store.deleteVersion('k', 'no-such-version');
        expect(await text('k')).toBe('x');
        await store.deleteVersion('k', (await store.head('k'))?.versionId ?? '');
        await store.deleteVersion('k', 'null');
        expect(await store.get('k')).toBeUndefined();
      });

      test('never takes along what is put beside it meanwhile', async () => {
        await Promise.all(
          Array.from({ length: 40 }, async (_, i) => {
            for (let round = 0; round < 10; round++) {
              const key = `p/q/${round % 3}/${i}`;
              expect((await store.put(key, bytes('x'), { ifAbsent: true })).outcome).toBe('stored');
              expect(await text(key)).toBe('x');
              await store.delete(key);
              expect(await text(key)).toBeUndefined();
            }
            await store.put(`p/q/${i % 3}/${i}`, bytes('stays'));
          }),
        );
        expect(await keys('p/')).toHaveLength(40);
      });
    });

    describe('keys', () => {
      const tooLong = `${'a'.repeat(100)}/`.repeat(9);
      test.each([
        '',
        '/',
        'a/',
        '/a',
        'a//b',
        '.',
        '..',
        'a/../b',
        '../a',
        'a/.b',
        '.a',
        'a\0b',
        'a b',
        'ä',
        'a\\b',
        'a:b',
        'a\n',
        `${tooLong}a`,
      ])('refuses %j everywhere', async (key) => {
        const refused = (promise: Promise<unknown>) => expect(promise).rejects.toThrow(InvalidRequestError);
        const now = new Date();
        await refused(store.put(key, bytes('x')));
        await refused(store.get(key));
        await refused(store.head(key));
        await refused(store.delete(key));
        await refused(store.deleteVersion(key, 'x'));
        await refused(store.retain(key, 'x', now));
        await refused(store.setLegalHold(key, 'x', true));
        await refused(store.temporaryUrl(key, { seconds: 1, contentType: 'text/plain', fileName: 'f', now }));
      });

      test.each(['a', 'a.b', 'a..b', 'A-Z_0.9+=', '-', '+/=/_', `${tooLong.slice(0, 899)}`])(
        'takes %j',
        async (key) => {
          await store.put(key, bytes(key));
          expect(await text(key)).toBe(key);
          expect(await keys('')).toEqual([key]);
        },
      );

      test.each(['..', 'a/../', '/', 'a//', '.', 'a\0'])('refuses the prefix %j', async (prefix) => {
        await expect(collected(store.list(prefix))).rejects.toThrow(InvalidRequestError);
        await expect(collected(store.listVersions(prefix))).rejects.toThrow(InvalidRequestError);
      });
    });

    test('keeps everything for the next process', async ({ skip }) => {
      if (!subject.reopen) return skip();
      await store.put('a/b', bytes('kept'));
      await store.put('m', bytes('1'));
      const ifMatch = (await store.head('m'))?.etag ?? '';
      const next = await subject.reopen();
      expect(Buffer.from((await next.get('a/b'))?.body ?? []).toString()).toBe('kept');
      expect((await next.put('m', bytes('2'), { ifMatch })).outcome).toBe('stored');
      expect(await next.put('a/b', bytes('other'), { ifAbsent: true })).toEqual({ outcome: 'exists' });
    });
  });
}
