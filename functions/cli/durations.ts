import { UsageError } from './failures.ts';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** `90m`, `12h`, `1d` or `2w` in milliseconds. Throws `UsageError`, which names `option`. */
export function durationMs(option: string, text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([mhdw])$/.exec(text) ?? [];
  const unitMs = UNIT_MS.get(unit);
  if (unitMs === undefined) throw new UsageError(`--${option} takes a time such as 90m, 12h, 1d or 2w, not ${text}`);
  return Number(count) * unitMs;
}
