import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeResults, mergeStatistics } from '../../../../shared/search/matching/merge-results.ts';
import { pageOf } from '../../../../shared/search/matching/page-of.ts';
import type { PartialResult, SortOrder, SortPosition } from '../../../../shared/search/matching/results.ts';
import { gatherStatistics, type SearchOptions, searchUnits } from '../../../../shared/search/matching/search-units.ts';
import type { SearchedUnit } from '../../../../shared/search/matching/searched-unit.ts';
import { isSortPosition } from '../../../../shared/search/matching/sort-keys.ts';
import type { Query } from '../../../../shared/search/query/query.ts';
import { queryArbitrary, unitsArbitrary } from './arbitrary-mail.ts';
import { oracleSearch } from './oracle.ts';
import { storedSnapshot } from './stored-segment.ts';

const SORTS: readonly SortOrder[] = ['newest', 'oldest', 'relevance', 'size', 'from', 'subject'];
const sortArbitrary = fc.constantFrom(...SORTS);

const nameOf = ({ mailboxId, archiveId }: { mailboxId: string; archiveId: string }) => `${mailboxId}/${archiveId}`;

/** As it comes back from a client or a worker. */
function overJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

type Search = (options: SearchOptions) => Promise<PartialResult>;

async function allPages(search: Search, sort: SortOrder, limit: number) {
  const pages: PartialResult[] = [];
  let after: SortPosition | undefined;
  for (;;) {
    const statistics = pages[0]?.statistics;
    const page = overJson(
      await search({ sort, limit, ...(after ? { after } : {}), ...(statistics ? { statistics } : {}) }),
    );
    pages.push(page);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    after = page.items.at(-1)?.position;
    if (!page.hasMore) return pages;
    expect(isSortPosition(after, sort)).toBe(true);
  }
}

const countsOf = ({ facets }: PartialResult) =>
  Object.fromEntries(Object.entries(facets).map(([name, counts]) => [name, Object.fromEntries(counts)]));

describe('searchUnits', () => {
  test('finds, counts and orders what evaluating the query message by message does, over all pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        unitsArbitrary,
        queryArbitrary,
        sortArbitrary,
        fc.integer({ min: 1, max: 8 }),
        async (units, query, sort, limit) => {
          const expected = oracleSearch(units, query, sort);
          const pages = await allPages(
            (options) =>
              searchUnits(
                units.map(({ unit }) => unit),
                query,
                options,
              ),
            sort,
            limit,
          );
          expect(pages.flatMap(({ items }) => items.map(nameOf))).toEqual(expected.order);
          for (const page of pages) {
            expect(page).toMatchObject({ total: expected.total, totalIsExact: true, damaged: [], notSearched: [] });
            expect(page.searched.segments).toBe(page.searched.of);
            expect(countsOf(page)).toEqual(expected.facets);
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  test('finds, orders and shows in stored segments what it does in their model', async () => {
    await fc.assert(
      fc.asyncProperty(unitsArbitrary, queryArbitrary, sortArbitrary, async (given, query, sort) => {
        const models = given.map(({ unit }) => unit);
        const stored: SearchedUnit[] = [];
        for (const { unit, parts, removed } of given) {
          const segments = parts.map((documents, n) =>
            storedSnapshot(unit.segments[n]?.facts.segmentId ?? '', documents, { removed }),
          );
          stored.push({ ...unit, segments: await Promise.all(segments) });
        }
        const expected = await searchUnits(models, query, { sort, limit: 10 });
        const found = await searchUnits(stored, query, { sort, limit: 10 });
        expect(found).toEqual(expected);
        expect(await pageOf(stored, query, found.items)).toEqual(await pageOf(models, query, expected.items));
      }),
      { numRuns: 200 },
    );
  });

  test('gives the same when mailboxes are searched apart and joined', async () => {
    await fc.assert(
      fc.asyncProperty(unitsArbitrary, queryArbitrary, sortArbitrary, async (units, query, sort) => {
        const whole = await searchUnits(
          units.map(({ unit }) => unit),
          query,
          { sort, limit: 5 },
        );
        const parts = await Promise.all(units.map(async ({ unit }) => overJson(await gatherStatistics([unit], query))));
        const statistics = mergeStatistics(parts);
        const partials = units.map(async ({ unit }) =>
          overJson(await searchUnits([unit], query, { sort, limit: 5, statistics })),
        );
        expect(mergeResults(await Promise.all(partials), 5)).toEqual(
          overJson({ ...whole, ...(sort === 'relevance' ? { statistics } : {}) }),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('neither repeats nor skips while mail arrives: what is older than a page comes on later ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        unitsArbitrary,
        unitsArbitrary,
        queryArbitrary,
        sortArbitrary,
        async (before, arrived, query, sort) => {
          const first = before.map(({ unit }) => unit);
          // What arrives has ids of its own, in mailboxes that are searched too.
          const more: SearchedUnit[] = [
            ...first,
            ...arrived.map(({ unit }) => ({ ...unit, part: 'new', mailboxId: `${unit.mailboxId}n` })),
          ];
          const isOfFirst = (name: string) => !name.includes('n/');
          const noMailbox = JSON.stringify(query).includes('mailbox')
            ? ({ kind: 'everything' } satisfies Query)
            : query;
          const expected = await allPages((options) => searchUnits(first, noMailbox, options), sort, 3);
          let page = 0;
          const seen = await allPages(
            (options) => searchUnits(page++ === 0 ? first : more, noMailbox, options),
            sort,
            3,
          );
          const names = seen.flatMap(({ items }) => items.map(nameOf));
          expect(new Set(names).size).toBe(names.length);
          if (seen.length > 1)
            expect(names.filter(isOfFirst)).toEqual(expected.flatMap(({ items }) => items.map(nameOf)));
        },
      ),
      { numRuns: 200 },
    );
  });
});
