import { UsageError } from './failures.ts';

/** How a count is compared with a threshold. */
export const COMPARISONS = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'] as const;
export type Comparison = (typeof COMPARISONS)[number];

const HOLDS: Readonly<Record<Comparison, (count: number, threshold: number) => boolean>> = {
  lt: (count, threshold) => count < threshold,
  le: (count, threshold) => count <= threshold,
  gt: (count, threshold) => count > threshold,
  ge: (count, threshold) => count >= threshold,
  eq: (count, threshold) => count === threshold,
  ne: (count, threshold) => count !== threshold,
};

/** The ranges of whole numbers from 0 in which nothing is wrong, as the guidelines for monitoring plugins write them. */
const RANGES: Readonly<Record<Comparison, (threshold: number) => string>> = {
  lt: (threshold) => `${threshold}:`,
  le: (threshold) => `${threshold + 1}:`,
  gt: (threshold) => `${threshold}`,
  // Below 0 nothing is counted: 0 or more is always.
  ge: (threshold) => (threshold > 0 ? `${threshold - 1}` : '@0:'),
  eq: (threshold) => `@${threshold}:${threshold}`,
  ne: (threshold) => `${threshold}:${threshold}`,
};

/** Whether a count that compares so with the threshold is wrong. */
export function isReached(comparison: Comparison, count: number, threshold: number | undefined): boolean {
  return threshold !== undefined && HOLDS[comparison](count, threshold);
}

/** Empty where there is no threshold. */
export function rangeOf(comparison: Comparison, threshold: number | undefined): string {
  return threshold === undefined ? '' : RANGES[comparison](threshold);
}

/** Throws `UsageError`. */
export function comparisonOf(text: string): Comparison {
  const found = COMPARISONS.find((name) => name === text);
  if (found === undefined) throw new UsageError(`--compare takes ${COMPARISONS.join(', ')}, not ${text}`);
  return found;
}

/** A threshold is a count; throws `UsageError`. */
export function thresholdOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`--${option} takes a whole number, not ${text}`);
}
