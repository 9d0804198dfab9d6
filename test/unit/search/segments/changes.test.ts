import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, readChanges, writeChanges } from '../../../../shared/search/segments/changes.ts';
import { valuesOf } from '../../../../shared/search/segments/value-column.ts';
import { mail } from './arbitrary-document.ts';
import { builtOf, changed, opened } from './stored-files.ts';

const change = fc.oneof(
  fc.constant<Change>({ removed: true }),
  fc.record({ folders: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }), flags: fc.nat(65535) }),
);
const changes = fc.uniqueArray(fc.tuple(fc.nat(500), change), { selector: ([document]) => document });

describe('a changes file', () => {
  test('says what it was given', () => {
    fc.assert(
      fc.property(changes, (given) => {
        const { bytes, checksum, removed } = writeChanges(new Map(given));
        expect(readChanges(bytes, checksum, 501)).toEqual(new Map(given.toSorted(([a], [b]) => a - b)));
        expect(removed).toBe(given.filter(([, its]) => 'removed' in its).length);
      }),
    );
  });

  test('is refused where a byte of it is another, or missing', () => {
    const { bytes, checksum } = writeChanges(new Map([[3, { folders: ['Inbox'], flags: 2 }]]));
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(() => readChanges(damaged, checksum, 10)).toThrow('damaged');
      expect(() => readChanges(bytes.subarray(0, at), checksum, 10)).toThrow('damaged');
    }
  });

  test('is refused where it names a message that the segment has not', () => {
    const { bytes, checksum } = writeChanges(new Map([[3, { removed: true }]]));
    expect(() => readChanges(bytes, checksum, 3)).toThrow('damaged');
  });

  test('is small: a thousand removals in a row take two bytes each', () => {
    const removed = Array.from({ length: 1000 }, (_, n): [number, Change] => [n, { removed: true }]);
    expect(writeChanges(new Map(removed)).bytes.length).toBeLessThan(3100);
  });
});

describe('a segment with changes', () => {
  test('shows them in its columns, and everything else as it was', async () => {
    const files = await builtOf([
      mail('a', { sortDate: 3, body: 'word' }),
      mail('b', { sortDate: 2, flags: 2, folders: ['A', 'B'] }),
      mail('c', { sortDate: 1 }),
    ]);
    const segment = await opened(
      changed(
        files,
        new Map<number, Change>([
          [0, { removed: true }],
          [1, { folders: ['C'], flags: 66 }],
        ]),
      ),
    );
    const columns = await segment.columns();
    expect([...columns.removed]).toEqual([1, 0, 0]);
    expect([...columns.flags]).toEqual([0, 66, 0]);
    expect([0, 1, 2].map((number) => valuesOf(columns.folders, number))).toEqual([['Inbox'], ['C'], ['Inbox']]);
    expect(await segment.findDocuments(['a', 'b'])).toEqual(
      new Map([
        ['a', 0],
        ['b', 1],
      ]),
    );
    expect(await segment.terms({ kind: 'terms', terms: ['word'] }, 1)).toHaveLength(1);
  });

  test('is not opened without them', async () => {
    const { changes: _, ...files } = changed(await builtOf([mail('a')]), new Map([[0, { removed: true }]]));
    await expect(opened(files)).rejects.toMatchObject({ code: 'damaged_segment' });
  });
});
