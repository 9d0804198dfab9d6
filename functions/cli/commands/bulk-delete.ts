import { runAction } from '../actions.ts';
import type { Command, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CommandFailedError, UsageError } from '../failures.ts';
import { exitCodeAfter, followRequest } from '../follow-request.ts';
import { numberOf, recordOf, textOf } from '../json-value.ts';
import { printableLine } from '../printable.ts';
import {
  createRequest,
  deletingActions,
  REQUEST_HELP,
  REQUEST_OPTIONS,
  REQUEST_USAGE,
  requestActions,
  tellEnd,
} from '../request-actions.ts';
import { foundText } from '../request-texts.ts';
import { writeResult } from '../result.ts';
import { namesMail } from '../scope-flags.ts';

const PATH = '/bulk-deletions';

/** Deletes what a search finds: at once with a confirmation, or step by step. */
export const bulkDelete: Command = {
  name: 'bulk-delete',
  usage: `[SCOPE [--yes] | ${REQUEST_USAGE} | approve ID | resume ID] [OPTION]...`,
  summary: 'delete all that a search finds, after showing how much that is',
  details: [
    'With a SCOPE alone it finds, says how much and what is kept, asks, deletes and waits for the end.',
    '--yes               does not ask',
    ...REQUEST_HELP,
    '--action ACTION     with a SCOPE: purge (administrators; default) or remove, which leaves it to others who have it too',
    'Without the privilege admin: in your own mailboxes, which have to be named, and as remove.',
  ],
  options: { ...REQUEST_OPTIONS, yes: { type: 'boolean' } },
  words: { least: 0, most: 4 },
  run: (invocation) => {
    const { words, options } = invocation;
    if (words.length === 0 && namesMail(options)) return deleteFound(invocation);
    if (options.flag('yes')) throw new UsageError('--yes stands beside a SCOPE, such as --query, that says what goes');
    const actions = { ...requestActions(PATH, { takesAction: true }), ...deletingActions(PATH) };
    return runAction(bulkDelete, actions, invocation);
  },
};

async function deleteFound(invocation: Invocation): Promise<ExitCode | undefined> {
  const { options, terminal } = invocation;
  const api = await invocation.api();
  const name = options.text('name') ?? 'bulk deletion';
  const made = await createRequest(invocation, PATH, { name, reason: options.text('reason') ?? 'on the command line' });
  const id = textOf(made.requestId);
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const found = await followRequest(invocation, api, path);
  if (found.state !== 'found') {
    await writeResult(invocation, found, [
      printableLine(`${id} could not look for all of it; "find ${id}" tries again`),
    ]);
    return exitCodeAfter(found) || 1;
  }
  terminal.note(printableLine(foundText(found)));
  if (numberOf(recordOf(found.found).messages) === 0) {
    const closed = await api.json('POST', `${path}/close`, { reason: 'nothing was found' });
    await writeResult(invocation, closed, ['nothing to delete']);
    return undefined;
  }
  if (!options.flag('yes')) await confirm(invocation, id);
  const approvalId = textOf(recordOf(await api.json('POST', `${path}/approve`, {})).approvalId);
  if (approvalId === '') return await tellEnd(invocation, path);
  await writeResult(invocation, { ...found, approvalId }, [
    printableLine(`${id} waits for a second administrator as ${approvalId}`),
  ]);
  return undefined;
}

/** Throws `CommandFailedError` where nobody says yes: what was found stays there to be looked at. */
async function confirm({ terminal }: Invocation, id: string): Promise<void> {
  const answer = await terminal.ask('Delete that? This cannot be undone. (yes/no) ');
  if (answer?.trim().toLowerCase() === 'yes') return;
  const next = `"letterlock bulk-delete messages ${id}" shows it, "approve ${id}" deletes it, "close ${id} --reason R" drops it`;
  const why = answer === undefined ? 'nobody can be asked here, and --yes is not given' : 'nothing was deleted';
  throw new CommandFailedError(`${why}; ${next}`, 'not_confirmed');
}
