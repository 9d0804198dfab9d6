import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeQuery } from '../../../../shared/search/query/describe-query.ts';
import { parseQuery, readQuery } from '../../../../shared/search/query/parse-query.ts';
import { QUERY_FIELDS } from '../../../../shared/search/query/query-token.ts';

const now = new Date('2026-03-11T12:00:00.000Z');
let examples: readonly string[];

/** What stands in backquotes in the first column of a table. */
beforeAll(async () => {
  const text = await readFile(new URL('../../../../docs/search.md', import.meta.url), 'utf8');
  const cells = [...text.matchAll(/^\| (.*?[^\\]) +\|/gm)].map(([, cell = '']) => cell.replaceAll('\\|', '|'));
  examples = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, example = '']) => example));
});

describe('the page about searching', () => {
  test.each(QUERY_FIELDS)('has an example of %s: that is understood as such', (field) => {
    const own = examples.filter((example) => example.startsWith(`${field}:`));
    expect(own).not.toEqual([]);
    for (const example of own) {
      const { query, forgiven } = readQuery(example, { now });
      expect([example, forgiven]).toEqual([example, []]);
      // A field that is not understood is text without a field.
      expect([example, query.kind !== 'text' || query.fields !== undefined]).toEqual([example, true]);
    }
  });

  test('names dates that there are', () => {
    const dates = examples.filter((example) =>
      /^(?:[\d./-]+|\d[dwmy]|(?:this|last)-\w+|today|yesterday)$/.test(example),
    );
    expect(dates.length).toBeGreaterThan(15);
    for (const date of dates) expect(describeQuery(parseQuery(`on:${date}`, { now }))).toMatch(/^on:\d{4}/);
  });
});
