import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { type JsonRecord, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Lists and changes the searches that one keeps, and shows a shared one. */
export const savedSearches: Command = {
  name: 'saved-searches',
  usage: "[list | save NAME 'QUERY' | show ID | share ID | unshare ID | delete ID] [--mailbox M] [--sort ORDER]",
  summary: 'searches that you keep: list, save, share by link',
  details: [
    '--mailbox M       with save: only this mailbox (its id, name or address)',
    '--sort ORDER      with save: newest, oldest, relevance, size, from or subject',
    '--limit N, --all  how many to list (default 50)',
  ],
  options: { ...LIST_OPTIONS, mailbox: { type: 'string' }, sort: { type: 'string' } },
  words: { least: 0, most: 3 },
  run: (invocation) =>
    runAction(
      savedSearches,
      {
        list: { words: 0, run: list },
        save: { words: 2, run: save },
        show: { words: 1, run: show },
        share: { words: 1, run: (call, id) => setShared(call, id, true) },
        unshare: { words: 1, run: (call, id) => setShared(call, id, false) },
        delete: { words: 1, run: remove },
      },
      invocation,
    ),
};

function list(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/saved-searches',
    columns: [{ title: 'NAME', shrinksTo: 10 }, { title: 'QUERY', shrinksTo: 16 }, { title: '' }],
    row: (saved) => [textOf(saved.name), textOf(saved.q), saved.shared === true ? 'shared' : ''],
    detail: (saved) => textOf(saved.savedSearchId),
    empty: 'no saved searches',
  });
}

async function save(invocation: Invocation, name = '', q = ''): Promise<void> {
  const { options } = invocation;
  const [mailbox, sort] = [options.text('mailbox'), options.text('sort')];
  const body = { name, q, ...(mailbox && { mailbox }), ...(sort && { sort }) };
  const saved = recordOf(await (await invocation.api()).json('POST', '/saved-searches', body));
  await writeResult(invocation, saved, [printableLine(`saved ${name} as ${textOf(saved.savedSearchId)}`)]);
}

async function show(invocation: Invocation, id = ''): Promise<void> {
  const saved = recordOf(await (await invocation.api()).json('GET', pathOf(id)));
  await writeResult(invocation, saved, linesOf(saved));
}

async function setShared(invocation: Invocation, id = '', shared: boolean): Promise<void> {
  const saved = recordOf(await (await invocation.api()).json('PATCH', pathOf(id), { shared }));
  const told = shared ? `whoever signs in may see it at ${textOf(saved.link)}` : 'nobody else sees it any more';
  await writeResult(invocation, saved, [printableLine(told)]);
}

async function remove(invocation: Invocation, id = ''): Promise<void> {
  await (await invocation.api()).json('DELETE', pathOf(id));
  await writeResult(invocation, {}, [printableLine(`deleted ${id}`)]);
}

function linesOf(saved: JsonRecord): readonly string[] {
  const fields = ['name', 'q', 'mailbox', 'sort', 'owner', 'link'];
  const present = fields.filter((field) => textOf(saved[field]) !== '');
  return present.map((field) => printableLine(`${field}: ${textOf(saved[field])}`));
}

function pathOf(id: string): string {
  return `/saved-searches/${encodeURIComponent(id)}`;
}
