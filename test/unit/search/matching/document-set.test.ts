import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DocumentSet } from '../../../../shared/search/matching/document-set.ts';
import { topPlaces } from '../../../../shared/search/matching/top-documents.ts';

const COUNT = 130;
const numbers = fc.uniqueArray(fc.integer({ min: 0, max: COUNT - 1 })).map((list) => list.sort((a, b) => a - b));
const setOf = (list: readonly number[]) => DocumentSet.of(COUNT, Uint32Array.from(list));

test('a document set does what a set of numbers does', () => {
  fc.assert(
    fc.property(numbers, numbers, fc.nat(COUNT), fc.nat(COUNT), (a, b, from, to) => {
      expect([...setOf(a).and(setOf(b)).documents()]).toEqual(a.filter((n) => b.includes(n)));
      expect([...setOf(a).without(setOf(b)).documents()]).toEqual(a.filter((n) => !b.includes(n)));
      expect([...setOf(a).or(setOf(b)).documents()]).toEqual([...new Set([...a, ...b])].sort((x, y) => x - y));
      expect(setOf(a).size).toBe(a.length);
      expect(setOf(a).countIn(from, to)).toBe(a.filter((n) => n >= from && n < to).length);
      expect([...setOf(a).documents(from, 3)]).toEqual(a.filter((n) => n >= from).slice(0, 3));
      const range = Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);
      expect([...DocumentSet.range(COUNT, from, to).documents()]).toEqual(range);
    }),
  );
});

test('top places are the first of all places sorted by key, then by place', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(12), (keys, most) => {
      const sorted = keys.map((_, n) => n).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
      expect([...topPlaces(Float64Array.from(keys), most)]).toEqual(sorted.slice(0, most));
    }),
  );
});
