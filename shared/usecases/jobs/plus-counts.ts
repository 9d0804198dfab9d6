/** The sums of what is counted under the same names, such as by two slices of a job. */
export function plusCounts<Counts extends { readonly [Name in keyof Counts]: number }>(
  one: Counts,
  other: Counts,
): Counts {
  const sums: { [name: string]: number } = {};
  for (const name in one) sums[name] = one[name] + other[name];
  return { ...one, ...sums };
}
