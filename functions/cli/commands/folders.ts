import type { Command } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { type JsonRecord, numberOf, recordOf, textOf } from '../json-value.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';
import { tableLines } from '../table.ts';

/** Lists the folders of a mailbox, renames one, or removes those in which nothing lies. */
export const folders: Command = {
  name: 'folders',
  usage: 'MAILBOX [--rename FOLDER=NAME | --remove-empty]',
  summary: 'the folders of a mailbox (its id, name or address)',
  details: [
    '--mailbox MAILBOX     another way to name it',
    '--rename FOLDER=NAME  rename a folder with those below it; levels stand between slashes',
    '--remove-empty        remove the folders in which no message lies',
  ],
  options: { mailbox: { type: 'string' }, rename: { type: 'string' }, 'remove-empty': { type: 'boolean' } },
  words: { least: 0, most: 1 },
  async run(invocation) {
    const { options, words } = invocation;
    const wanted = words[0] ?? options.text('mailbox');
    const rename = options.text('rename');
    if (wanted === undefined || (rename !== undefined && options.flag('remove-empty'))) {
      throw new UsageError(`usage: letterlock folders ${folders.usage}`);
    }
    const renaming = rename === undefined ? undefined : renameOf(rename);
    const api = await invocation.api();
    const path = `/mailboxes/${encodeURIComponent(await findMailbox(api, wanted))}/folders`;
    if (renaming) {
      const renamed = recordOf(await api.json('POST', `${path}/rename`, renaming));
      await writeResult(invocation, renamed, [printableLine(renamedLine(renamed))]);
      return;
    }
    if (options.flag('remove-empty')) await api.json('DELETE', `${path}?empty=true`);
    const answer = await api.json('GET', path);
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

/** Throws `UsageError`. The first `=` divides, unless a folder's name has one: then write it in the new name only. */
function renameOf(text: string): { readonly from: string; readonly to: string } {
  const [, from, to] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (from === undefined || to === undefined) throw new UsageError('--rename takes FOLDER=NAME');
  return { from, to };
}

function renamedLine(renamed: JsonRecord): string {
  if (renamed.jobId !== undefined) return `started ${textOf(renamed.jobId)}`;
  const left = numberOf(renamed.left) > 0 ? `, ${textOf(renamed.left)} stayed` : '';
  return `renamed to ${textOf(renamed.to)}: ${textOf(renamed.messages)} messages moved${left}`;
}
