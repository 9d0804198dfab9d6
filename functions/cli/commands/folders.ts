import type { Command } from '../command.ts';
import { findMailbox } from '../find-mailbox.ts';
import { recordOf, textOf } from '../json-value.ts';
import { writeResult } from '../result.ts';
import { tableLines } from '../table.ts';

/** Lists the folders of a mailbox. */
export const folders: Command = {
  name: 'folders',
  usage: 'MAILBOX',
  summary: 'the folders of a mailbox (its id, name or address)',
  words: { least: 1, most: 1 },
  async run(invocation) {
    const api = await invocation.api();
    const mailboxId = await findMailbox(api, invocation.words[0] ?? '');
    const answer = await api.json('GET', `/mailboxes/${encodeURIComponent(mailboxId)}/folders`);
    const { items } = recordOf(answer);
    const rows = (Array.isArray(items) ? items : []).map((item: unknown) => {
      const folder = recordOf(item);
      return [textOf(item) || textOf(folder.folder ?? folder.name), textOf(folder.messages ?? folder.count)];
    });
    const counted = rows.some(([, count]) => count !== '');
    const columns = [
      { title: 'FOLDER', shrinksTo: 20 },
      ...(counted ? [{ title: 'MESSAGES', align: 'right' as const }] : []),
    ];
    await writeResult(invocation, answer, tableLines(columns, rows, invocation.terminal.columns));
  },
};
