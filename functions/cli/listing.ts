import { limitOf } from './arguments.ts';
import type { Invocation } from './command.ts';
import type { JsonRecord } from './json-value.ts';
import { pagesOf } from './pages.ts';
import { printableJson } from './printable.ts';
import { type Column, tableLines } from './table.ts';

/** How many items a list shows when nothing else is asked for. */
const DEFAULT_LIMIT = 50;

/** A list of the API and how it is shown. */
export interface Listing {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  row(item: JsonRecord): readonly string[];
  /** A further line below the row of `item`, on a terminal too narrow for it. */
  detail?(item: JsonRecord): string;
  /** What to say where there is nothing. */
  readonly empty: string;
}

/** Columns from which on a row has room for the detail as well. */
const WIDE_COLUMNS = 160;

/**
 * Writes a list as a table, or as `{"items": [...]}`; page by page, so that its length costs no memory. The title line
 * stands above each page on a terminal and once elsewhere.
 */
export async function writeListing(invocation: Invocation, listing: Listing): Promise<void> {
  const { options, terminal } = invocation;
  const pages = pagesOf(await invocation.api(), listing.path, listing.query ?? {}, limitOf(options, DEFAULT_LIMIT));
  const write = options.json ? jsonPage(invocation) : tablePage(invocation, listing);
  let seen = 0;
  let more = false;
  for await (const page of pages) {
    await write(page.items, seen);
    seen += page.items.length;
    more = page.more;
  }
  if (options.json) await terminal.line(`${seen === 0 ? '{"items":[' : ''}]}`);
  else if (seen === 0) terminal.note(listing.empty);
  if (more) terminal.note(`the first ${seen} only; --limit N or --all shows more`);
}

type WritePage = (items: readonly JsonRecord[], seen: number) => Promise<void>;

function jsonPage({ terminal }: Invocation): WritePage {
  return async (items, seen) => {
    for (const [index, item] of items.entries()) {
      await terminal.line((seen + index === 0 ? '{"items":[' : ',') + printableJson(item));
    }
  };
}

function tablePage({ terminal }: Invocation, listing: Listing): WritePage {
  const { columns: width } = terminal;
  const { detail } = listing;
  const beside = detail !== undefined && (width === undefined || width >= WIDE_COLUMNS);
  const columns = beside ? [...listing.columns, { title: 'ID' }] : listing.columns;
  return async (items, seen) => {
    if (items.length === 0) return;
    const rows = items.map((item) => [...listing.row(item), ...(beside ? [detail(item)] : [])]);
    const [title = '', ...lines] = tableLines(columns, rows, width);
    if (seen === 0 || width !== undefined) await terminal.line(title);
    for (const [index, line] of lines.entries()) {
      await terminal.line(line);
      const item = items[index];
      if (detail && !beside && item) await terminal.line(`  ${tableDetail(detail(item))}`);
    }
  };
}

/** An id is never cut: it is there to be copied. */
function tableDetail(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '?');
}
