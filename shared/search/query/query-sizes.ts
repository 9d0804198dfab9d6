/** Bytes of a unit: powers of 1000, as file managers and mail systems show sizes; of 1024 where the unit says so. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['m', 1e6],
  ['g', 1e9],
  ['ki', 2 ** 10],
  ['mi', 2 ** 20],
  ['gi', 2 ** 30],
]);
const SIZE = /^(\d{1,15})(?:[.,](\d{1,6}))?\s?((?:[kmg]i?)?)b?$/i;

/** The bytes that `5MB`, `500k`, `1GiB`, `1.5 MB` or `1,5MB` mean; `undefined` where it is no size. */
export function sizeOf(text: string): number | undefined {
  const match = SIZE.exec(text.trim());
  const unit = UNITS.get(match?.[3]?.toLowerCase() ?? '');
  if (match === null || unit === undefined) return undefined;
  const bytes = Math.round(Number(`${match[1]}.${match[2] ?? 0}`) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
