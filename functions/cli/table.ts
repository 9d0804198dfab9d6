import { cut, displayWidth, padded } from './display-width.ts';
import { printableLine } from './printable.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut to this many columns on a narrow terminal; a column without it is never cut. */
  readonly shrinksTo?: number;
}

const GAP = '  ';

/**
 * The rows as aligned lines, a title line first, no wider than `width` columns where the columns that may shrink allow
 * it; `width` undefined (no terminal) cuts nothing. Cells are made safe for a terminal here.
 */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): string[] {
  const cells = [columns.map((column) => column.title), ...rows.map((row) => row.map(printableLine))];
  const natural = columns.map((_, index) => Math.max(...cells.map((row) => displayWidth(row[index] ?? ''))));
  const widths = width === undefined ? natural : shrink(columns, natural, width);
  return cells.map((row) =>
    columns
      .map((column, index) => padded(row[index] ?? '', widths[index] ?? 0, column.align))
      .join(GAP)
      .trimEnd(),
  );
}

/** `text` as one safe line of at most `width` columns. */
export function lineOf(text: string, width?: number): string {
  const line = printableLine(text);
  return width === undefined ? line : cut(line, width);
}

/** Takes a column at a time from the widest that may still shrink, until the table fits or nothing is left to take. */
function shrink(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, column) => sum + column + GAP.length, -GAP.length) - width;
  while (excess > 0) {
    const widest = columns.reduce((best, column, index) => {
      const room = (widths[index] ?? 0) > (column.shrinksTo ?? Number.POSITIVE_INFINITY);
      return room && (best < 0 || (widths[index] ?? 0) > (widths[best] ?? 0)) ? index : best;
    }, -1);
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
