import { LIST_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { listText, numberOf, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { secondUtc, sizeText } from '../quantities.ts';

/** Lists how often, from where and for whom a message came. */
export const arrivals: Command = {
  name: 'arrivals',
  usage: 'ARCHIVEID [--limit N | --all]',
  summary: 'how often and from where a message came',
  options: LIST_OPTIONS,
  words: { least: 1, most: 1 },
  async run(invocation) {
    await writeListing(invocation, {
      path: `/messages/${encodeURIComponent(invocation.words[0] ?? '')}/arrivals`,
      columns: [
        { title: 'RECEIVED' },
        { title: 'OUTCOME' },
        { title: 'SIZE', align: 'right' },
        { title: 'ENVELOPE FROM', shrinksTo: 12 },
        { title: 'ENVELOPE TO', shrinksTo: 12 },
      ],
      row: (arrival) => {
        const envelope = recordOf(arrival.envelope);
        return [
          secondUtc(textOf(arrival.receivedAt)),
          textOf(arrival.outcome),
          sizeText(numberOf(arrival.sizeBytes)),
          textOf(envelope.mailFrom ?? envelope.from) || '<>',
          listText(envelope.rcptTo ?? envelope.to),
        ];
      },
      empty: 'no arrivals that you may see',
    });
  },
};
