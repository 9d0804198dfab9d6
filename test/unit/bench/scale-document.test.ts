import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  filingCosts,
  indexingCosts,
  infrequentStorageCosts,
  MEASURED,
  MEASURED_INDEX,
  searchCosts,
  storageCosts,
  sum,
  taskCosts,
} from '../../bench/scale-model.ts';
import { scaleTables, withTables } from '../../bench/scale-tables.ts';

const document = readFileSync(new URL('../../../docs/scale.md', import.meta.url), 'utf8');

describe('docs/scale.md', () => {
  test('has every table, as it is computed from the price table', () => {
    expect(withTables(document)).toBe(document);
    for (const name of Object.keys(scaleTables())) expect(document).toContain(`<!-- table: ${name} -->`);
  });

  test('says in its words what the figures say', () => {
    expect(document).toContain(`${(MEASURED.rawBytes / 1000).toFixed(1)} KB each on average`);
    expect(document).toContain(`they take ${(MEASURED.storedBytes / 1000).toFixed(1)} KB in the archive bucket`);
    expect(document).toContain(`${(MEASURED.tableBytes / 1000).toFixed(1)} KB in the tables`);
    const { indexBytes, textBytes } = MEASURED_INDEX;
    expect(document).toContain(`${((indexBytes + textBytes) / 1000).toFixed(1)} KB in each unit of the index`);
  });
});

describe('the model', () => {
  test('adds up by hand for a million messages', () => {
    // 5 + 5.275 + 0.2 + 0.6516 + 4.4 + 0.5495 + 0.5 + 0.48 + (1.4 s / 50 × 1.769 GB × 13.3334 + 0.008)
    expect(sum(filingCosts())).toBeCloseTo(17.725, 2);
  });

  test('adds up by hand for indexing a million messages in two units', () => {
    // 2 × (0.342 × 5 + 1.438 × 0.4 + 1.2 × 0.125 + 0.217 × 0.625) + 1.6 × 0.5 + 0.2 × (0.5 s × 3.538 GB × 13.3334 + 0.2)
    expect(sum(indexingCosts())).toBeCloseTo(10.7, 2);
  });

  test('adds up by hand for a thousand searches of a mailbox that was read before', () => {
    // (1 + 0.4 + 100 × 0.125 + 5 + 5 × 0.625 + 0.15 s × 1.769 GB × 13.3334 + 0.2) / 1,000
    expect(sum(searchCosts({ units: 1, isCold: false }))).toBeCloseTo(0.0258, 4);
  });

  test('keeps a million messages for 0.20, 1.92 and 1.54 USD a month, and their index for 0.13', () => {
    expect(Object.values(storageCosts(1e6)).map((usd) => usd.toFixed(2))).toEqual(['0.20', '1.92', '1.54', '0.13']);
  });

  test('prices objects by volume', () => {
    const objects = (gigabytes: number) => storageCosts((gigabytes * 1e9) / MEASURED.storedBytes)['archive bucket'];
    expect(objects(50_000)).toBeCloseTo(1_150, 3);
    expect(objects(600_000)).toBeCloseTo(50_000 * 0.023 + 450_000 * 0.022 + 100_000 * 0.021, 3);
  });

  test('grows with the messages and with nothing else', () => {
    expect(sum(taskCosts(2e9))).toBeCloseTo(2 * sum(taskCosts(1e9)), 6);
    expect(sum(infrequentStorageCosts(1e6))).toBeLessThan(sum(storageCosts(1e6)));
  });
});
