import type { ParseArgsOptionsConfig } from 'node:util';
import { addressesText, shortAddress } from './address-text.ts';
import { LIST_OPTIONS } from './arguments.ts';
import type { Invocation } from './command.ts';
import type { ExitCode } from './exit-codes.ts';
import { UsageError } from './failures.ts';
import { exitCodeAfter, followRequest } from './follow-request.ts';
import { type JsonRecord, numberOf, recordOf, textOf } from './json-value.ts';
import { writeListing } from './listing.ts';
import { printableLine } from './printable.ts';
import { minuteUtc, sizeText } from './quantities.ts';
import { blockText, foundText, quarantineLines, requestLines, requestRow, resultsText } from './request-texts.ts';
import { writeResult } from './result.ts';
import { SCOPE_HELP, SCOPE_OPTIONS, scopeOf } from './scope-flags.ts';

/** Where those are whose messages are exported, not deleted. */
export const ACCESS_PATH = '/access-requests';

/** The options of all commands about requests. */
export const REQUEST_OPTIONS: ParseArgsOptionsConfig = {
  ...LIST_OPTIONS,
  ...SCOPE_OPTIONS,
  name: { type: 'string' },
  reason: { type: 'string' },
  reference: { type: 'string' },
  due: { type: 'string' },
  state: { type: 'string' },
  action: { type: 'string' },
  wait: { type: 'boolean' },
};

/** What follows their names. */
export const REQUEST_USAGE =
  'list | show ID | messages ID | create NAME --reason R SCOPE | change ID | find ID | choose ID MESSAGE ACTION --reason R | close ID --reason R';

export const REQUEST_HELP: readonly string[] = [
  'SCOPE is what all must match of:',
  ...SCOPE_HELP,
  '--reason R          why',
  '--reference R       as you file it; with change: "none" takes it away',
  '--due TIME          until when it has to be answered; likewise',
  '--name NAME         with change: another name',
  '--state STATE       list only requests, or messages, in this state',
  '--action ACTION     list only messages of which this becomes: purge, remove, keep',
  '--wait              tells where it stands until its job has ended; exit codes as those of "jobs show --follow"',
  '--limit N, --all    how many to list (default 50)',
];

/** What follows the names of those that look into quarantine. */
export const QUARANTINE_USAGE = 'quarantine ID';

export const QUARANTINE_HELP: readonly string[] = [
  'quarantine ID       what could not be filed and may concern the person: nobody can tell whose it is, so look at each',
  '                    (GET /quarantine/{id}/raw), and delete it ("quarantine delete") or file it after all (POST …/replay)',
];

/**
 * What can be done with requests of one kind, which are listed at `path`; `takesAction` where they are made with what
 * becomes of what is found.
 */
export function requestActions(path: string, { takesAction = false }: { readonly takesAction?: boolean } = {}) {
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`;
  return {
    list: { words: 0, run: (invocation: Invocation) => list(invocation, path) },
    show: { words: 1, run: (invocation: Invocation, id = '') => show(invocation, pathOf(id)) },
    messages: { words: 1, run: (invocation: Invocation, id = '') => messages(invocation, pathOf(id)) },
    create: {
      words: 1,
      run: (invocation: Invocation, name = '') => {
        if (!takesAction && invocation.options.text('action') !== undefined) {
          throw new UsageError('no --action here: once its messages are found, "choose" says what becomes of each');
        }
        return create(invocation, path, name);
      },
    },
    change: { words: 1, run: (invocation: Invocation, id = '') => change(invocation, pathOf(id)) },
    find: {
      words: 1,
      run: async (invocation: Invocation, id = '') => {
        const answer = await (await invocation.api()).json('POST', `${pathOf(id)}/find`, {});
        return await tellStarted(invocation, recordOf(answer), pathOf(id));
      },
    },
    choose: {
      words: 3,
      run: (invocation: Invocation, id = '', archiveId = '', action = '') =>
        choose(invocation, `${pathOf(id)}/messages/${encodeURIComponent(archiveId)}`, action),
    },
    close: { words: 1, run: (invocation: Invocation, id = '') => close(invocation, pathOf(id)) },
  };
}

/** What can be done beside with requests of a kind that deletes. */
export function deletingActions(path: string) {
  const started = (step: 'approve' | 'resume') => async (invocation: Invocation, id: string) => {
    const of = `${path}/${encodeURIComponent(id)}`;
    const answer = recordOf(await (await invocation.api()).json('POST', `${of}/${step}`, {}));
    return await tellStarted(invocation, answer, of);
  };
  return {
    approve: { words: 1, run: started('approve') },
    resume: { words: 1, run: started('resume') },
  };
}

/** What can be done beside with requests of a kind that looks into quarantine. */
export function quarantineActions(path: string) {
  return {
    quarantine: {
      words: 1,
      run: (invocation: Invocation, id = '') =>
        writeListing(invocation, {
          path: `${path}/${encodeURIComponent(id)}/quarantine`,
          columns: [{ title: 'RECEIVED (UTC)' }, { title: 'SIZE', align: 'right' }, { title: 'REASON' }],
          row: (item) => [minuteUtc(textOf(item.receivedAt)), sizeText(numberOf(item.sizeBytes)), textOf(item.reason)],
          detail: (item) => textOf(item.id),
          empty: 'nothing that it found is in quarantine',
        }),
    },
  };
}

/** Makes a request of what the options say; answers it. */
export async function createRequest(
  invocation: Invocation,
  path: string,
  about: { readonly name: string; readonly reason: string },
): Promise<JsonRecord> {
  const { options } = invocation;
  const [reference, dueAt, action] = [options.text('reference'), options.text('due'), options.text('action')];
  const body = {
    ...about,
    scope: await scopeOf(invocation),
    ...(reference !== undefined && { reference }),
    ...(dueAt !== undefined && { dueAt }),
    ...(action !== undefined && { action }),
  };
  return recordOf(await (await invocation.api()).json('POST', path, body));
}

/** Tells that a job was started, or that a second administrator is waited for; with `--wait` how the job ended. */
async function tellStarted(invocation: Invocation, answer: JsonRecord, path: string): Promise<ExitCode | undefined> {
  const approvalId = textOf(answer.approvalId);
  if (approvalId !== '') {
    await writeResult(invocation, answer, [printableLine(`waits for a second administrator as ${approvalId}`)]);
    return undefined;
  }
  if (!invocation.options.flag('wait')) {
    await writeResult(invocation, answer, [printableLine(`started ${textOf(answer.jobId)}`)]);
    return undefined;
  }
  return await tellEnd(invocation, path);
}

/** Waits for the job of a request, and tells what it found or did. */
export async function tellEnd(invocation: Invocation, path: string): Promise<ExitCode> {
  const request = await followRequest(invocation, await invocation.api(), path);
  const told = request.results === undefined ? foundText(request) : resultsText(request);
  const id = textOf(request.requestId);
  const lines = [`${id} is ${textOf(request.state)}`, told, ...quarantineLines(request)];
  await writeResult(invocation, request, lines.map(printableLine));
  return exitCodeAfter(request);
}

function list(invocation: Invocation, path: string): Promise<void> {
  const state = invocation.options.text('state');
  return writeListing(invocation, {
    path,
    ...(state === undefined ? {} : { query: { state } }),
    columns: [
      { title: 'NAME', shrinksTo: 10 },
      { title: 'REFERENCE', shrinksTo: 8 },
      { title: 'SINCE (UTC)' },
      { title: 'DUE' },
      { title: 'STATE' },
      { title: 'FOUND', align: 'right' },
      { title: 'ABOUT', shrinksTo: 10 },
    ],
    row: requestRow,
    detail: (request) => textOf(request.requestId),
    empty: 'there are none',
  });
}

async function show(invocation: Invocation, path: string): Promise<void> {
  const request = recordOf(await (await invocation.api()).json('GET', path));
  await writeResult(invocation, request, requestLines(request).map(printableLine));
}

function messages(invocation: Invocation, path: string): Promise<void> {
  const [state, action] = [invocation.options.text('state'), invocation.options.text('action')];
  return writeListing(invocation, {
    path: `${path}/messages`,
    query: { ...(state === undefined ? {} : { state }), ...(action === undefined ? {} : { action }) },
    columns: [
      { title: 'DATE (UTC)' },
      { title: 'FROM', shrinksTo: 10 },
      { title: 'TO', shrinksTo: 10 },
      { title: 'SUBJECT', shrinksTo: 12 },
      { title: 'ACTION' },
      { title: 'STATE' },
      { title: 'KEPT BY' },
    ],
    row: (item) => [
      minuteUtc(textOf(item.date)),
      shortAddress(item.from),
      addressesText(item.to),
      textOf(item.subject),
      becomes(item, path),
      textOf(item.state),
      blockText(item.block),
    ],
    detail: (item) => textOf(item.archiveId),
    empty: 'it has no such messages',
  });
}

/** What becomes of a message; of one that is to be exported, too. */
function becomes({ action, chosen }: JsonRecord, path: string): string {
  if (!path.startsWith(ACCESS_PATH)) return textOf(action);
  return chosen === undefined ? 'export' : 'withheld';
}

async function create(invocation: Invocation, path: string, name: string): Promise<ExitCode | undefined> {
  const reason = invocation.options.text('reason');
  if (reason === undefined) throw new UsageError('a request has a --reason');
  const request = await createRequest(invocation, path, { name, reason });
  const id = textOf(request.requestId);
  if (invocation.options.flag('wait')) return await tellEnd(invocation, `${path}/${encodeURIComponent(id)}`);
  await writeResult(invocation, request, [printableLine(`made ${id}; it looks for its messages`)]);
  return undefined;
}

async function change(invocation: Invocation, path: string): Promise<void> {
  const { options } = invocation;
  const [name, reference, due] = [options.text('name'), options.text('reference'), options.text('due')];
  const orNothing = (text: string) => (text === 'none' ? null : text);
  const body = {
    ...(name !== undefined && { name }),
    ...(reference !== undefined && { reference: orNothing(reference) }),
    ...(due !== undefined && { dueAt: orNothing(due) }),
  };
  if (Object.keys(body).length === 0) throw new UsageError('give --name, --reference or --due');
  const request = recordOf(await (await invocation.api()).json('PATCH', path, body));
  await writeResult(invocation, request, [printableLine(`changed ${textOf(request.requestId)}`)]);
}

async function choose(invocation: Invocation, path: string, action: string): Promise<void> {
  const reason = invocation.options.text('reason');
  if (reason === undefined) throw new UsageError('a choice has a --reason');
  const item = recordOf(await (await invocation.api()).json('PATCH', path, { action, reason }));
  await writeResult(invocation, item, [printableLine(`${textOf(item.archiveId)}: ${becomes(item, path)}`)]);
}

async function close(invocation: Invocation, path: string): Promise<void> {
  const reason = invocation.options.text('reason');
  if (reason === undefined) throw new UsageError('whoever closes a request says the --reason');
  const request = recordOf(await (await invocation.api()).json('POST', `${path}/close`, { reason }));
  await writeResult(invocation, request, [printableLine(`closed ${textOf(request.requestId)}`)]);
}
