import type { Command } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { recordOf, textOf } from '../json-value.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Moves a message to another folder of a mailbox. */
export const move: Command = {
  name: 'move',
  usage: 'ARCHIVEID --mailbox MAILBOX --from FOLDER --to FOLDER',
  summary: 'move a message to another folder of a mailbox',
  details: [
    '--mailbox MAILBOX  id, address or name',
    '--from FOLDER      where it lies',
    '--to FOLDER        where it shall lie; levels stand between slashes',
  ],
  options: { mailbox: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const { options, words } = invocation;
    const mailbox = options.text('mailbox');
    const from = options.text('from');
    const to = options.text('to');
    if (mailbox === undefined || from === undefined || to === undefined) {
      throw new UsageError(`usage: letterlock move ${move.usage}`);
    }
    const api = await invocation.api();
    const mailboxId = encodeURIComponent(await findMailbox(api, mailbox));
    const path = `/messages/${encodeURIComponent(words[0] ?? '')}/filings?mailbox=${mailboxId}`;
    const moved = recordOf(await api.json('PATCH', path, { from, to }));
    await writeResult(invocation, moved, [printableLine(`moved to ${textOf(moved.to)}`)]);
  },
};
