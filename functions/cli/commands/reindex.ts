import type { Command } from '../command.ts';
import { findMailbox } from '../find-mailbox.ts';
import { recordOf, textOf } from '../json-value.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Has mail indexed again, as a job. */
export const reindex: Command = {
  name: 'reindex',
  usage: '[--mailbox MAILBOX]',
  summary: 'index mail again: of one mailbox, or of all',
  details: ["--mailbox MAILBOX  id, address or name; default: everybody's mail"],
  options: { mailbox: { type: 'string' } },
  words: { least: 0, most: 0 },
  async run(invocation) {
    const api = await invocation.api();
    const wanted = invocation.options.text('mailbox');
    const body = wanted === undefined ? {} : { mailboxId: await findMailbox(api, wanted) };
    const job = recordOf(await api.json('POST', '/maintenance/reindex', body));
    await writeResult(invocation, job, [printableLine(`started ${textOf(job.jobId)}`)]);
  },
};
