import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { numberOf, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { secondUtc, sizeText } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Lists raw input that could not be filed, and deletes it. */
export const quarantine: Command = {
  name: 'quarantine',
  usage: '[list | delete ID] [--limit N | --all]',
  summary: 'what came in and could not be filed, and why',
  details: ['delete ID           for good, if neither a legal hold nor a retention minimum may keep it'],
  options: LIST_OPTIONS,
  words: { least: 0, most: 2 },
  run: (invocation) =>
    runAction(quarantine, { list: { words: 0, run: list }, delete: { words: 1, run: remove } }, invocation),
};

async function list(invocation: Invocation): Promise<void> {
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
}

async function remove(invocation: Invocation, id = ''): Promise<void> {
  const api = await invocation.api();
  const answer = recordOf(await api.json('DELETE', `/quarantine/${encodeURIComponent(id)}`));
  const isWaiting = textOf(answer.approvalId) !== '';
  const said = isWaiting ? 'waits for a second administrator' : 'is deleted soon';
  await writeResult(invocation, answer, [printableLine(`${id} ${said}`)]);
}
