import { LIST_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { numberOf, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { secondUtc, sizeText } from '../quantities.ts';

/** Lists raw input that could not be filed. */
export const quarantine: Command = {
  name: 'quarantine',
  usage: '[--limit N | --all]',
  summary: 'what came in and could not be filed, and why',
  options: LIST_OPTIONS,
  words: { least: 0, most: 0 },
  async run(invocation) {
    await writeListing(invocation, {
      path: '/quarantine',
      columns: [
        { title: 'ID' },
        { title: 'RECEIVED' },
        { title: 'SIZE', align: 'right' },
        { title: 'REASON' },
        { title: 'SOURCE', shrinksTo: 10 },
      ],
      row: (item) => [
        textOf(item.id),
        secondUtc(textOf(item.receivedAt)),
        sizeText(numberOf(item.sizeBytes)),
        textOf(item.reason),
        textOf(item.source) || textOf(recordOf(item.source).kind),
      ],
      empty: 'nothing is in quarantine',
    });
  },
};
