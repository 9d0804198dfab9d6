import { expect, test } from 'vitest';
import { DocumentSet } from '../../../../shared/search/matching/document-set.ts';
import { matchText } from '../../../../shared/search/matching/match-text.ts';
import { MOST_POSITIONS, MOST_TERMS } from '../../../../shared/search/matching/matching-limits.ts';
import { searchUnits } from '../../../../shared/search/matching/search-units.ts';
import { SegmentLookup, termsOfEach } from '../../../../shared/search/matching/segment-lookup.ts';
import type { Query } from '../../../../shared/search/query/query.ts';
import { analyse } from '../../../../shared/search/tokens/analyse.ts';
import { mail, SEES_ALL } from './arbitrary-mail.ts';
import { modelSegment, modelSnapshot } from './model-segment.ts';

const prefix = (text: string): Query => ({ kind: 'text', text, form: 'prefix' });

test('a prefix of more words than are looked up finds the most frequent, and the total is not exact', async () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const word = (n: number) => `w${letters[n % 26]}${letters[Math.floor(n / 26) % 26]}${letters[Math.floor(n / 676)]}`;
  const documents = Array.from({ length: MOST_TERMS + 50 }, (_, n) =>
    mail(`id${n}`, { texts: [{ field: 'body', text: n < 50 ? `${word(n)} wfrequent` : word(n) }] }),
  );
  const unit = { mailboxId: 'm', part: 'all', segments: [modelSnapshot('s', documents)], visibility: SEES_ALL };
  const all = await searchUnits([unit], prefix('w'), { sort: 'newest', limit: 5 });
  expect(all).toMatchObject({ totalIsExact: false, limits: ['terms'] });
  expect(all.total).toBeGreaterThanOrEqual(MOST_TERMS);
  const few = await searchUnits([unit], prefix('wfreq'), { sort: 'newest', limit: 5 });
  expect(few).toMatchObject({ total: 50, totalIsExact: true, limits: [] });
});

test('many words share what may be looked up', () => {
  expect(termsOfEach(1)).toBe(MOST_TERMS);
  expect(termsOfEach(100)).toBe(100);
  expect(termsOfEach(100_000)).toBeGreaterThanOrEqual(20);
});

test('phrases are not decided any more once a segment has cost too much, and that is said', async () => {
  const segment = modelSegment('s', [mail('a', { texts: [{ field: 'body', text: 'the late offer' }] })]);
  const match = (lookup: SegmentLookup) =>
    matchText(lookup, analyse('late offer', 'phrase'), ['body'], DocumentSet.all(1));
  const fresh = new SegmentLookup(segment, await segment.columns(), MOST_TERMS);
  expect((await match(fresh)).size).toBe(1);
  expect([...fresh.limits]).toEqual([]);
  const spent = new SegmentLookup(segment, await segment.columns(), MOST_TERMS);
  spent.spend(MOST_POSITIONS);
  expect((await match(spent)).size).toBe(0);
  expect([...spent.limits]).toEqual(['work']);
});
