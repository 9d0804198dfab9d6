import { LIST_OPTIONS, limitOf } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { secondUtc } from '../quantities.ts';

const FILTERS = ['from', 'to', 'user', 'object', 'category'] as const;

/** Lists who did what, newest first. */
export const audit: Command = {
  name: 'audit',
  usage:
    '[--from TIME] [--to TIME] [--user NAME] [--object ID] [--category NAME] [--csv | --jsonl] [--limit N | --all]',
  summary: 'who did what, newest first',
  details: [
    '--from, --to     a time or a date; to is exclusive',
    '--user NAME      who did it',
    '--object ID      what it was done to: a message, mailbox, user, …',
    '--category NAME  signIn, read, deletion, settings, users, access, …',
    '--csv, --jsonl   all that matches, for a spreadsheet or another system; --limit N stops earlier',
  ],
  options: {
    ...LIST_OPTIONS,
    ...Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' as const }])),
    csv: { type: 'boolean' },
    jsonl: { type: 'boolean' },
  },
  words: { least: 0, most: 0 },
  async run(invocation) {
    const { options } = invocation;
    const query = Object.fromEntries(
      FILTERS.flatMap((name) => {
        const value = options.text(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    if (options.flag('csv') && options.flag('jsonl')) throw new UsageError('give --csv or --jsonl, not both');
    if (options.flag('csv')) return await writeExport(invocation, query, 'csv');
    if (options.flag('jsonl')) return await writeExport(invocation, query, 'jsonl');
    await writeListing(invocation, {
      path: '/audit-events',
      query,
      columns: [
        { title: 'TIME' },
        { title: 'WHO', shrinksTo: 8 },
        { title: 'FROM', shrinksTo: 8 },
        { title: 'ACTION' },
        { title: 'OUTCOME' },
        { title: 'OBJECT', shrinksTo: 12 },
      ],
      row: (event) => {
        const [actor, object] = [recordOf(event.actor), recordOf(event.object)];
        return [
          secondUtc(textOf(event.at)),
          textOf(actor.userName) || textOf(actor.system),
          textOf(event.source),
          textOf(event.action),
          textOf(event.code) || textOf(event.outcome),
          `${textOf(object.kind)} ${textOf(object.id)}`.trim(),
        ];
      },
      empty: 'no events',
    });
  },
};

/** The file as the API gives it, part by part; the title line of a CSV file once. */
async function writeExport(
  invocation: Invocation,
  query: Readonly<Record<string, string>>,
  format: 'csv' | 'jsonl',
): Promise<void> {
  const api = await invocation.api();
  const { options, terminal } = invocation;
  let left = limitOf(options, Number.POSITIVE_INFINITY);
  let cursor = '';
  for (let isFirst = true; isFirst || (cursor !== '' && left > 0); isFirst = false) {
    const parameters = new URLSearchParams({ ...query, format });
    if (cursor !== '') parameters.set('cursor', cursor);
    if (left < PART_EVENTS) parameters.set('limit', String(left));
    const part = await api.text(`/audit-events?${parameters}`);
    const lines = part.text.split('\n').slice(format === 'csv' && !isFirst ? 1 : 0, -1);
    left -= lines.length - (format === 'csv' && isFirst ? 1 : 0);
    cursor = part.cursor;
    if (lines.length > 0) await terminal.bytes(Buffer.from(`${lines.join('\n')}\n`));
  }
}

/** Events that the API gives at once. */
const PART_EVENTS = 2_000;
