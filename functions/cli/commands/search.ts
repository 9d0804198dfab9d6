import { shortAddress } from '../address-text.ts';
import { LIST_OPTIONS, limitOf } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { type JsonRecord, numberOf, recordOf, recordsOf, textOf } from '../json-value.ts';
import { printableJson, printableLine } from '../printable.ts';
import { minuteUtc, sizeText } from '../quantities.ts';
import { snippetText } from '../snippet-text.ts';
import { type Column, tableLines } from '../table.ts';

const DEFAULT_LIMIT = 20;
/** Asked for at once. */
const PAGE_LIMIT = 100;
/** Values of a facet that the summary names. */
const FACET_VALUES = 5;

const COLUMNS: readonly Column[] = [
  { title: 'DATE (UTC)' },
  { title: 'FROM', shrinksTo: 10 },
  { title: 'SUBJECT', shrinksTo: 16 },
  { title: 'FOLDER', shrinksTo: 5 },
  { title: 'MAILBOX', shrinksTo: 8 },
  { title: 'SIZE', align: 'right' },
  { title: '' },
];

/** Finds mail in all mailboxes that one may read. */
export const search: Command = {
  name: 'search',
  usage: "'QUERY' [--mailbox M] [--sort ORDER] [--limit N | --all]",
  summary: 'find mail by its words, addresses, dates, attachments',
  details: [
    'QUERY             e.g. \'invoice from:acme.com after:2024-01 has:attachment -"final notice"\'',
    '--mailbox M       only this mailbox (its id, name or address)',
    '--sort ORDER      newest (default), oldest, relevance, size, from or subject',
    `--limit N, --all  how many to show (default ${DEFAULT_LIMIT})`,
    "--                a query that begins with a minus sign goes behind it: letterlock search -- '-from:anna'",
  ],
  options: { ...LIST_OPTIONS, mailbox: { type: 'string' }, sort: { type: 'string' } },
  words: { least: 1, most: Number.POSITIVE_INFINITY },
  async run(invocation) {
    const { options, terminal } = invocation;
    const write = options.json ? writeJson(invocation) : writeTable(invocation);
    let seen = 0;
    let first: JsonRecord = {};
    let hasMore = false;
    for await (const page of pages(invocation)) {
      if (seen === 0) first = page;
      const items = recordsOf(page.items);
      await write(items, seen, page);
      seen += items.length;
      hasMore = textOf(page.cursor) !== '';
    }
    if (options.json) return;
    if (seen === 0) terminal.note('nothing found');
    for (const line of summary(first)) terminal.note(line);
    if (hasMore) terminal.note(`the first ${seen} only; --limit N or --all shows more`);
  },
};

/** The answers to a query, page by page, until enough is shown. */
async function* pages({ words, options, api }: Invocation): AsyncIterable<JsonRecord> {
  const client = await api();
  const [mailbox, sort] = [options.text('mailbox'), options.text('sort')];
  const asked = { q: words.join(' '), ...(mailbox && { mailbox }), ...(sort && { sort }) };
  let left = limitOf(options, DEFAULT_LIMIT);
  let cursor = '';
  do {
    const limit = Math.min(left, PAGE_LIMIT);
    // By POST: the query may be longer than an URL.
    const page = recordOf(await client.json('POST', '/search', { ...asked, limit, ...(cursor && { cursor }) }));
    left -= recordsOf(page.items).length;
    cursor = textOf(page.cursor);
    yield page;
  } while (cursor !== '' && left > 0);
}

type WritePage = (items: readonly JsonRecord[], seen: number, page: JsonRecord) => Promise<void>;

/** One line for each page, as the API answers it. */
function writeJson({ terminal }: Invocation): WritePage {
  return async (_items, _seen, page) => await terminal.line(printableJson(page));
}

function writeTable({ terminal }: Invocation): WritePage {
  const { columns: width } = terminal;
  return async (items, seen, page) => {
    const names = mailboxNames(page);
    const [title = '', ...lines] = tableLines(
      COLUMNS,
      items.map((item) => rowOf(item, names)),
      width,
    );
    if (items.length > 0 && (seen === 0 || width !== undefined)) await terminal.line(title);
    for (const [index, line] of lines.entries()) {
      await terminal.line(line);
      const { archiveId, snippet } = items[index] ?? {};
      const text = snippetText(textOf(snippet), width !== undefined);
      if (text) await terminal.line(`  ${text}`);
      // An id is never cut: it is there to be copied.
      await terminal.line(`  ${textOf(archiveId).replace(/[^\x21-\x7e]/g, '?')}`);
    }
  };
}

function rowOf(message: JsonRecord, names: ReadonlyMap<string, string>): readonly string[] {
  const mailboxId = textOf(message.mailboxId);
  return [
    minuteUtc(textOf(message.date)),
    shortAddress(message.from),
    textOf(message.subject) || '(no subject)',
    textOf(message.folder),
    names.get(mailboxId) ?? mailboxId,
    sizeText(numberOf(message.sizeBytes)),
    message.hasAttachments === true ? '+' : '',
  ];
}

function mailboxNames(page: JsonRecord): ReadonlyMap<string, string> {
  const values = recordsOf(recordOf(page.facets).mailbox);
  return new Map(values.map(({ value, name }) => [textOf(value), textOf(name) || textOf(value)]));
}

/** What was found in all, and what could not be looked through. */
function summary({ total, totalIsExact, facets, searched, jobId }: JsonRecord): readonly string[] {
  const count = numberOf(total);
  const lines = [`${totalIsExact === false ? 'at least ' : ''}${count} found`];
  for (const [name, values] of Object.entries(recordOf(facets))) {
    const counted = recordsOf(values);
    if (counted.length < 2) continue;
    const shown = counted
      .slice(0, FACET_VALUES)
      .map((facet) => `${textOf(facet.name) || textOf(facet.value) || '(none)'} ${numberOf(facet.count)}`);
    const rest = counted.length > FACET_VALUES ? ', …' : '';
    lines.push(printableLine(`${FACET_TITLES[name] ?? name}: ${shown.join(', ')}${rest}`));
  }
  const { failed, segments, of } = recordOf(searched);
  if (Array.isArray(failed) && failed.length > 0) {
    lines.push(printableLine(`the index of ${failed.map(textOf).join(', ')} could not be read; it is being repaired`));
  }
  if (textOf(jobId) !== '') {
    lines.push(`${numberOf(segments)} of ${numberOf(of)} searched; job ${printableLine(textOf(jobId))} goes on`);
  }
  return lines;
}

const FACET_TITLES: Readonly<Record<string, string>> = { attachmentType: 'attachments', month: 'months' };
