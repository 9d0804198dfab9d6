import { describe, expect, test } from 'vitest';
import { improbabilityOfSoFew, improbabilityOfSoMany } from '../../../shared/domain/improbability.ts';

/** The probability of `seen` or fewer events, summed up from the negative binomial distribution itself. */
function exactOfSoFew(seen: number, expected: number, dispersion: number): number {
  const size = expected / (dispersion - 1);
  let term = dispersion ** -size;
  let sum = term;
  for (let i = 0; i < seen; i++) {
    term *= ((size + i) / (i + 1)) * (1 - 1 / dispersion);
    sum += term;
  }
  return sum;
}

/** The probability of `hits` or more of `total`, summed up from the binomial distribution itself. */
function exactOfSoMany(hits: number, total: number, share: number): number {
  let term = (1 - share) ** total;
  let sum = hits === 0 ? term : 0;
  for (let i = 1; i <= total; i++) {
    term *= ((total - i + 1) / i) * (share / (1 - share));
    if (i >= hits) sum += term;
  }
  return sum;
}

describe('improbabilityOfSoFew', () => {
  test.each([
    [0, 12, 1.5],
    [0, 30, 4],
    [1, 12, 1.5],
    [5, 40, 2],
    [30, 100, 4],
    [99, 100, 4],
  ])('of %d where %d are expected, at dispersion %d, never claims more than is so', (seen, expected, dispersion) => {
    const claimed = Math.exp(-improbabilityOfSoFew(seen, expected, dispersion));
    const exact = exactOfSoFew(seen, expected, dispersion);
    expect(claimed).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    expect(Math.log(claimed) / Math.log(exact)).toBeGreaterThan(seen > expected / 2 ? 0 : 0.6);
  });

  test('is exact for none', () => {
    expect(Math.exp(-improbabilityOfSoFew(0, 20, 3))).toBeCloseTo(exactOfSoFew(0, 20, 3), 12);
  });

  test('is 0 for what is expected, for more, and where nothing is expected', () => {
    expect([10, 11].map((seen) => improbabilityOfSoFew(seen, 10, 2))).toEqual([0, 0]);
    expect(improbabilityOfSoFew(0, 0, 2)).toBe(0);
  });
});

describe('improbabilityOfSoMany', () => {
  test.each([
    [10, 10, 0.05],
    [10, 40, 0.05],
    [300, 1000, 0.2],
  ])('of %d of %d at a share of %d never claims more than is so', (hits, total, share) => {
    const claimed = Math.exp(-improbabilityOfSoMany(hits, total, share));
    const exact = exactOfSoMany(hits, total, share);
    expect(claimed).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    expect(Math.log(claimed) / Math.log(exact)).toBeGreaterThan(0.6);
  });

  test('is 0 for no more than the share', () => {
    expect(improbabilityOfSoMany(5, 100, 0.05)).toBe(0);
  });
});
