import { LIST_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { secondUtc } from '../quantities.ts';

/** Lists runs of profiles and of maintenance, newest first. */
export const jobs: Command = {
  name: 'jobs',
  usage: '[--limit N | --all]',
  summary: 'runs of fetching and maintenance, newest first',
  options: LIST_OPTIONS,
  words: { least: 0, most: 0 },
  async run(invocation) {
    await writeListing(invocation, {
      path: '/jobs',
      columns: [
        { title: 'ID' },
        { title: 'KIND' },
        { title: 'STARTED' },
        { title: 'STATE' },
        { title: 'SEEN', align: 'right' },
        { title: 'ARCHIVED', align: 'right' },
        { title: 'QUARANTINED', align: 'right' },
      ],
      row: (job) => {
        const counts = recordOf(job.counts);
        return [
          textOf(job.jobId),
          textOf(job.kind),
          secondUtc(textOf(job.startedAt)),
          textOf(job.outcome) || textOf(job.state),
          textOf(counts.seen),
          textOf(counts.archived),
          textOf(counts.quarantined),
        ];
      },
      empty: 'no jobs',
    });
  },
};
