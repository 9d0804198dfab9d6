import type { Command } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { recordOf } from '../json-value.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Removes a message from a mailbox. */
export const deleteCommand: Command = {
  name: 'delete',
  usage: 'ARCHIVE_ID --mailbox MAILBOX [--folder FOLDER]',
  summary: 'remove a message from a mailbox; it goes altogether once nobody has it',
  details: [
    '--mailbox MAILBOX  id, address or name; others keep theirs',
    '--folder FOLDER    only from this folder of it',
    'What a retention minimum or a legal hold keeps stays.',
  ],
  options: { mailbox: { type: 'string' }, folder: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const [archiveId = ''] = invocation.words;
    const wanted = invocation.options.text('mailbox');
    if (wanted === undefined) throw new UsageError('--mailbox says from which mailbox');
    const api = await invocation.api();
    const folder = invocation.options.text('folder');
    const query = new URLSearchParams({
      mailbox: await findMailbox(api, wanted),
      ...(folder === undefined ? {} : { folder }),
    });
    const answer = recordOf(await api.json('DELETE', `/messages/${encodeURIComponent(archiveId)}?${query}`));
    await writeResult(invocation, answer, [printableLine(`removed ${archiveId} from ${wanted}`)]);
  },
};
