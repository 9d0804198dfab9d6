import { shortAddress } from '../address-text.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { findMailbox } from '../find-mailbox.ts';
import { numberOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { minuteUtc, sizeText } from '../quantities.ts';

/** Lists the messages of a mailbox, newest first. */
export const messages: Command = {
  name: 'messages',
  usage: 'MAILBOX [--folder NAME] [--limit N | --all]',
  summary: 'the messages of a mailbox (its id, name or address), newest first',
  details: ['--folder NAME     only this folder', '--limit N, --all  how many to list (default 50)'],
  options: { ...LIST_OPTIONS, folder: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const mailboxId = await findMailbox(await invocation.api(), invocation.words[0] ?? '');
    const folder = invocation.options.text('folder');
    await writeListing(invocation, {
      path: `/mailboxes/${encodeURIComponent(mailboxId)}/messages`,
      query: folder === undefined ? {} : { folder },
      columns: [
        { title: 'DATE (UTC)' },
        { title: 'FROM', shrinksTo: 10 },
        { title: 'SUBJECT', shrinksTo: 16 },
        { title: 'FOLDER', shrinksTo: 5 },
        { title: 'SIZE', align: 'right' },
        { title: '' },
      ],
      row: (message) => [
        minuteUtc(textOf(message.date)),
        shortAddress(message.from),
        textOf(message.subject) || '(no subject)',
        textOf(message.folder),
        sizeText(numberOf(message.sizeBytes)),
        message.hasAttachments === true ? '+' : '',
      ],
      detail: (message) => textOf(message.archiveId),
      empty: 'no messages',
    });
  },
};
