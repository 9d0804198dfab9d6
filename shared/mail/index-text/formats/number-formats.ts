type Format =
  | { readonly kind: 'date' }
  | { readonly kind: 'number'; readonly decimals?: number; readonly isPercent: boolean };

/** Formats that programs know without being told (ECMA-376, part 1, 18.8.30), as far as they are not `General`. */
const BUILT_IN = new Map<number, Format>([
  ...[1, 3, 37, 38].map((id) => [id, { kind: 'number', decimals: 0, isPercent: false }] as const),
  ...[2, 4, 39, 40].map((id) => [id, { kind: 'number', decimals: 2, isPercent: false }] as const),
  [9, { kind: 'number', decimals: 0, isPercent: true }],
  [10, { kind: 'number', decimals: 2, isPercent: true }],
  ...[14, 15, 16, 17, 18, 19, 20, 21, 22].map((id) => [id, { kind: 'date' }] as const),
]);
const GENERAL: Format = { kind: 'number', isPercent: false };
/** Day 0 of spreadsheets, which know a 29 February 1900. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;
/** 31 December 9999. */
const LAST_DAY = 2_958_465;
const MAX_DECIMALS = 15;
/** Of one format; Excel takes 255 characters. Stops brackets that never close. */
const MAX_CODE = 255;

/** The number formats of a workbook, and which style of its cells has which. */
export class NumberFormats {
  readonly #custom = new Map<number, Format>();
  readonly #ofStyles: number[] = [];

  /** `code` as `#,##0.00`. */
  define(id: number, code: string): void {
    this.#custom.set(id, formatOf(code));
  }

  /** Styles have numbers in the order in which they are added, from 0. */
  addStyle(formatId: number): void {
    this.#ofStyles.push(formatId);
  }

  /** A stored number as it is shown, but for separators and currencies: dates as `2026-01-31`, decimals as many as shown. */
  shown(value: number, style: number): string {
    const id = this.#ofStyles[style] ?? 0;
    const format = this.#custom.get(id) ?? BUILT_IN.get(id) ?? GENERAL;
    if (format.kind === 'date') return dateOf(value);
    const shown = format.isPercent ? value * 100 : value;
    const text =
      format.decimals === undefined || Math.abs(shown) >= 1e15
        ? String(Number(shown.toPrecision(15)))
        : shown.toFixed(format.decimals);
    return format.isPercent ? `${text}%` : text;
  }
}

function formatOf(code: string): Format {
  // Texts, colours and what is escaped say nothing of digits.
  const [first = ''] = code
    .slice(0, MAX_CODE)
    .replace(/"[^"]*"|\[[^\]]*\]|\\./g, '')
    .split(';', 1);
  if (/[ymdhs]/i.test(first)) return { kind: 'date' };
  if (!/[0#]/.test(first)) return GENERAL;
  const decimals = /\.([0#?]+)/.exec(first)?.[1]?.length ?? 0;
  return { kind: 'number', decimals: Math.min(decimals, MAX_DECIMALS), isPercent: first.includes('%') };
}

function dateOf(value: number): string {
  if (value < 0 || value > LAST_DAY) return String(value);
  const text = new Date(Math.round(EPOCH_MS + value * DAY_MS)).toISOString();
  const time = text.slice(11, 16);
  if (value < 1) return time;
  return Number.isInteger(value) ? text.slice(0, 10) : `${text.slice(0, 10)} ${time}`;
}
