import { describe, expect, test } from 'vitest';
import { DamagedSegmentError } from '../../../../shared/errors.ts';
import { FLAGS, type IndexDocument } from '../../../../shared/search/index-document.ts';
import { pageOf } from '../../../../shared/search/matching/page-of.ts';
import type { SortPosition } from '../../../../shared/search/matching/results.ts';
import { searchUnits } from '../../../../shared/search/matching/search-units.ts';
import type { SearchedUnit, SegmentSnapshot, Visibility } from '../../../../shared/search/matching/searched-unit.ts';
import type { Query } from '../../../../shared/search/query/query.ts';
import type { Segment } from '../../../../shared/search/segments/segment.ts';
import { mail, SEES_ALL, START } from './arbitrary-mail.ts';
import { factsOf, modelSegment } from './model-segment.ts';

const EVERYTHING: Query = { kind: 'everything' };

/** So many messages of one minute each from `minute` on. */
function mails(count: number, minute: number, given: Partial<IndexDocument> = {}): IndexDocument[] {
  return Array.from({ length: count }, (_, n) =>
    mail(`id${minute + n}`, { sortDate: START + (minute + n) * 60_000, ...given }),
  );
}

/** A unit that tells which of its segments were opened. */
function watched(parts: readonly (readonly IndexDocument[])[], change?: (segment: Segment, name: string) => Segment) {
  const opened: string[] = [];
  const segments = parts.map((documents, n): SegmentSnapshot => {
    const name = `s${n}`;
    const segment = modelSegment(name, documents);
    return {
      facts: factsOf(name, documents),
      async open() {
        opened.push(name);
        return change ? change(segment, name) : segment;
      },
    };
  });
  const unit = (visibility: Visibility = SEES_ALL): SearchedUnit => ({
    mailboxId: 'm',
    part: 'all',
    segments,
    visibility,
  });
  return { opened, unit };
}

describe('a search by date', () => {
  const many = watched([0, 1, 2, 3, 4].map((n) => mails(6_000, n * 6_000)));

  test('stops when the page is full, ten thousand are counted, and nothing left is as new', async () => {
    many.opened.length = 0;
    const result = await searchUnits([many.unit()], EVERYTHING, { sort: 'newest', limit: 2 });
    expect(many.opened).toEqual(['s4', 's3']);
    expect(result).toMatchObject({
      total: 12_000,
      totalIsExact: false,
      hasMore: true,
      searched: { segments: 5, of: 5 },
    });
    expect(result.items.map(({ archiveId }) => archiveId)).toEqual(['id29999', 'id29998']);
  });

  test('goes on for a page further back, without what lies before it once enough is counted', async () => {
    many.opened.length = 0;
    const date = START + 5_999 * 60_000;
    const after: SortPosition = [-date, -date, 'id5999', 'm'];
    const result = await searchUnits([many.unit()], EVERYTHING, { sort: 'newest', limit: 2, after });
    expect(result.items.map(({ archiveId }) => archiveId)).toEqual(['id5998', 'id5997']);
    expect(result.total).toBeGreaterThanOrEqual(10_000);
  });

  test('does not open what is outside the dates asked for', async () => {
    many.opened.length = 0;
    const query: Query = { kind: 'and', of: [EVERYTHING, { kind: 'date', from: START + 24_000 * 60_000 }] };
    const result = await searchUnits([many.unit()], query, { sort: 'size', limit: 2 });
    expect(many.opened).toEqual(['s4']);
    expect(result).toMatchObject({ total: 6_000, totalIsExact: true });
  });

  test('does not open what was not received in the caller’s period, or is found elsewhere', async () => {
    const { opened, unit } = watched([mails(3, 0), mails(3, 10, { flags: FLAGS.covered }), mails(3, 20)]);
    const visibility = { ...SEES_ALL, withoutCovered: true, received: { to: START + 20 * 60_000 } };
    const result = await searchUnits([unit(visibility)], EVERYTHING, { sort: 'newest', limit: 9 });
    expect(opened).toEqual(['s0']);
    expect(result).toMatchObject({ total: 3, totalIsExact: true, searched: { segments: 3, of: 3 } });
  });

  test('says what it did not reach when it has to stop', async () => {
    const { unit } = watched([mails(3, 0), mails(3, 10), mails(3, 20), mails(3, 30)]);
    let asked = 0;
    const result = await searchUnits([unit()], EVERYTHING, { sort: 'newest', limit: 9, mayGoOn: () => asked++ < 1 });
    expect(result).toMatchObject({ total: 3, totalIsExact: false, searched: { segments: 1, of: 4 } });
    expect(result.notSearched.map(({ segmentId }) => segmentId)).toEqual(['s2', 's1', 's0']);
  });
});

describe('a damaged segment', () => {
  const fails = async () => {
    throw new DamagedSegmentError('s1');
  };
  const withText = (count: number, minute: number) =>
    mails(count, minute, { texts: [{ field: 'body', text: 'offer' }] });
  const query: Query = { kind: 'text', text: 'offer', form: 'word' };

  test.each(['columns', 'terms', 'postings', 'archiveIds'] as const)(
    'is left out and named when %s fail',
    async (method) => {
      const { unit } = watched([withText(3, 0), withText(3, 10)], (segment, name) =>
        name === 's1' ? { ...segment, [method]: fails } : segment,
      );
      for (const sort of ['newest', 'relevance'] as const) {
        const result = await searchUnits([unit()], query, { sort, limit: 9 });
        expect(result.items.map(({ segmentId }) => segmentId)).toEqual(['s0', 's0', 's0']);
        expect(result).toMatchObject({ total: 3, totalIsExact: false, searched: { segments: 1, of: 2 } });
        expect(result.damaged).toEqual([{ mailboxId: 'm', part: 'all', segmentId: 's1' }]);
        expect(result.facets.mailbox).toEqual([['m', 3]]);
      }
    },
  );

  test('costs a page its messages only', async () => {
    const { unit } = watched([withText(3, 0), withText(3, 10)], (segment, name) =>
      name === 's1' ? { ...segment, messages: fails } : segment,
    );
    const { items } = await searchUnits([unit()], query, { sort: 'newest', limit: 9 });
    const page = await pageOf([unit()], query, items);
    expect(page.messages.map(({ archiveId }) => archiveId)).toEqual(['id2', 'id1', 'id0']);
    expect(page.damaged).toEqual([{ mailboxId: 'm', part: 'all', segmentId: 's1' }]);
  });

  test('is not what another error is taken for', async () => {
    const { unit } = watched([withText(3, 0)], (segment) => ({
      ...segment,
      columns: () => Promise.reject(new RangeError('bug')),
    }));
    await expect(searchUnits([unit()], query, { sort: 'newest', limit: 9 })).rejects.toThrow(RangeError);
  });
});
