import { readFile } from 'node:fs/promises';
import { runAction } from '../actions.ts';
import type { ApiClient } from '../api-client.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { conditionsText } from '../conditions-text.ts';
import type { ExitCode } from '../exit-codes.ts';
import { UsageError } from '../failures.ts';
import { type JsonRecord, numberOf, recordOf, recordsOf, textOf } from '../json-value.ts';
import { keepTimeOf, keepTimeText } from '../keep-time-text.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { countText, minuteUtc, sizeText } from '../quantities.ts';
import { writeResult } from '../result.ts';
import { showJob } from './jobs.ts';

/** How long a preview is waited for; then it goes on, and `result` shows it. */
const WAIT_MS = 600_000;
const LOOK_EVERY_MS = 1_000;

/** Lists and changes retention policies, says what they would purge, and why a message is kept. */
export const retention: Command = {
  name: 'retention',
  usage:
    '[list | create NAME | show ID | versions ID | change ID | retire ID | why MESSAGE | preview | result JOB | run | extend-locks] [OPTION]...',
  summary: 'how long mail is kept: policies, what they would purge, why a message is kept',
  details: [
    '--minimum TIME     nobody can delete before it is over: 30d, 6m, 10y, or 10y-end (to the end of the year); none: take away',
    '--maximum TIME     then mail goes; likewise',
    '--priority=N       the maximum of the highest one applies (default 0)',
    '--counted-from W   archived (default) or received',
    '--conditions JSON  what mail it is for, such as {"domains": ["example.org"]}; default: all',
    '--default          with create: the policy for all mail, behind all others',
    '--name NAME        with change: another name',
    '--retired          with list: retired ones, too',
    '--policies FILE    with preview: a JSON list of the policies that there would be, or what would be otherwise of those that',
    '                   there are: {"changes": [{"policyId": …}], "add": […], "without": [ID]}; default: those that there are',
    '--limit N, --all   how many to list (default 50)',
    'run                purges what is past its maximum, as is done once a day anyway',
    'extend-locks       locks for longer what storage has locked for less than the minimums ask',
    '--follow           with these: waits for the end, and ends as "jobs show --follow" does',
  ],
  options: {
    ...LIST_OPTIONS,
    minimum: { type: 'string' },
    maximum: { type: 'string' },
    priority: { type: 'string' },
    'counted-from': { type: 'string' },
    conditions: { type: 'string' },
    default: { type: 'boolean' },
    name: { type: 'string' },
    retired: { type: 'boolean' },
    policies: { type: 'string' },
    follow: { type: 'boolean' },
  },
  words: { least: 0, most: 2 },
  run: (invocation) =>
    runAction(
      retention,
      {
        list: { words: 0, run: list },
        create: { words: 1, run: create },
        show: { words: 1, run: show },
        versions: { words: 1, run: versions },
        change: { words: 1, run: change },
        retire: { words: 1, run: retire },
        why: { words: 1, run: why },
        preview: { words: 0, run: preview },
        result: { words: 1, run: result },
        run: { words: 0, run: (of) => start(of, 'retention') },
        'extend-locks': { words: 0, run: (of) => start(of, 'extend-locks') },
      },
      invocation,
    ),
};

const COLUMNS = [
  { title: 'ID' },
  { title: 'VERSION', align: 'right' },
  { title: 'NAME', shrinksTo: 10 },
  { title: 'PRIORITY', align: 'right' },
  { title: 'MINIMUM' },
  { title: 'MAXIMUM' },
  { title: 'COUNTED FROM' },
  { title: 'FOR', shrinksTo: 20 },
] as const;

function rowOf(policy: JsonRecord): readonly string[] {
  const retiredAt = textOf(policy.retiredAt);
  return [
    textOf(policy.policyId),
    textOf(policy.version),
    textOf(policy.name),
    policy.isDefault === true ? 'default' : textOf(policy.priority),
    keepTimeText(policy.minimum),
    keepTimeText(policy.maximum),
    textOf(policy.countedFrom),
    retiredAt === '' ? conditionsText(policy.conditions) : `retired ${minuteUtc(retiredAt)}`,
  ];
}

const [, VERSION, ...TERMS] = COLUMNS;
const VERSION_COLUMNS = [VERSION, { title: 'CHANGED' }, { title: 'BY' }, ...TERMS];

/** A policy as it was, without its id, and who changed it to that. */
function versionRowOf(policy: JsonRecord): readonly string[] {
  const [, version = '', ...terms] = rowOf(policy);
  const people = [policy.changedBy, policy.approvedBy].map(textOf).filter((name) => name !== '');
  return [version, minuteUtc(textOf(policy.changedAt)), people.join(', approved by '), ...terms];
}

function list(invocation: Invocation): Promise<void> {
  const query = invocation.options.flag('retired') ? { query: { retired: 'true' } } : {};
  const empty = 'no retention policies: all mail is kept for ever';
  return writeListing(invocation, { path: '/retention-policies', ...query, columns: COLUMNS, row: rowOf, empty });
}

function versions(invocation: Invocation, id = ''): Promise<void> {
  return writeListing(invocation, {
    path: `${pathOf(id)}/versions`,
    columns: VERSION_COLUMNS,
    row: versionRowOf,
    empty: 'none',
  });
}

async function create(invocation: Invocation, name = ''): Promise<void> {
  const isDefault = invocation.options.flag('default') ? { isDefault: true } : {};
  const body = { name, ...isDefault, ...termsOf(invocation) };
  await tell(invocation, await (await invocation.api()).json('POST', '/retention-policies', body), 'made');
}

async function show(invocation: Invocation, id = ''): Promise<void> {
  const policy = recordOf(await (await invocation.api()).json('GET', pathOf(id)));
  await writeResult(invocation, policy, printableLines(JSON.stringify(policy, undefined, 2)));
}

async function change(invocation: Invocation, id = ''): Promise<void> {
  const name = invocation.options.text('name');
  const body = { ...(name === undefined ? {} : { name }), ...termsOf(invocation) };
  if (Object.keys(body).length === 0) throw new UsageError('change it to what? see "letterlock help retention"');
  await tell(invocation, await (await invocation.api()).json('PATCH', pathOf(id), body), 'changed');
}

async function retire(invocation: Invocation, id = ''): Promise<void> {
  const answer = recordOf(await (await invocation.api()).json('DELETE', pathOf(id)));
  const waits = waitingText(answer);
  await writeResult(invocation, answer, [printableLine(waits ?? `retired ${id}`)]);
}

async function why(invocation: Invocation, archiveId = ''): Promise<void> {
  const path = `/messages/${encodeURIComponent(archiveId)}/retention`;
  const kept = recordOf(await (await invocation.api()).json('GET', path));
  await writeResult(invocation, kept, whyLines(kept).map(printableLine));
}

const CAUSES: { readonly [cause: string]: string } = {
  retention: 'past its maximum',
  erasure: 'for an erasure request',
  'bulk-deletion': 'for a bulk deletion',
  person: 'as people had removed it from their mailboxes',
};

function goneLines(gone: JsonRecord): readonly string[] {
  const { objects, until, goneAt } = recordOf(gone.bytesLocked);
  const named = (name: string, id: unknown) => (textOf(id) === '' ? [] : [`${name} ${textOf(id)}`]);
  const cause = CAUSES[textOf(gone.cause)];
  const lines = [
    `purged ${minuteUtc(textOf(gone.purgedAt))}${cause ? `, ${cause}` : ''}`,
    `archived ${minuteUtc(textOf(gone.archivedAt))}, received ${minuteUtc(textOf(gone.receivedAt))}`,
    ...(gone.policy === undefined ? [] : [`policy ${policyText(recordOf(gone.policy))}`]),
    ...named('request', gone.requestId),
    ...named('job', gone.jobId),
  ];
  if (gone.bytesLocked === undefined) return lines;
  const ends = textOf(until) === '' ? 'until its locks end' : `until ${minuteUtc(textOf(until))}`;
  const since = textOf(goneAt) === '' ? '' : `; gone since ${minuteUtc(textOf(goneAt))}`;
  return [...lines, `storage kept ${countText(numberOf(objects), 'object')} of it ${ends}${since}`];
}

function whyLines(kept: JsonRecord): readonly string[] {
  if (kept.state === 'purged') return goneLines(kept);
  const states: { readonly [state: string]: string } = {
    under_minimum: 'nobody can delete it yet',
    kept: kept.isHeld === true ? 'kept' : 'kept; people may delete it',
    expired: 'past its maximum',
  };
  const minimumBy = recordOf(kept.minimumBy);
  const maximumBy = recordOf(kept.maximumBy);
  const held = kept.isHeld === true ? ['under a legal hold: it stays'] : [];
  const lines = [
    states[textOf(kept.state)] ?? textOf(kept.state),
    ...held,
    `archived ${minuteUtc(textOf(kept.archivedAt))}, received ${minuteUtc(textOf(kept.receivedAt)) || 'at an unknown time'}`,
  ];
  if (kept.minimumUntil) lines.push(`minimum until ${minuteUtc(textOf(kept.minimumUntil))}: ${policyText(minimumBy)}`);
  if (kept.lockedUntil) lines.push(`storage has locked it until ${minuteUtc(textOf(kept.lockedUntil))}`);
  if (kept.maximumAt) lines.push(`goes at ${minuteUtc(textOf(kept.maximumAt))}: ${policyText(maximumBy)}`);
  for (const hold of recordsOf(kept.holds)) lines.push(`hold ${textOf(hold.holdId)}: ${textOf(hold.name)}`);
  for (const policy of recordsOf(kept.undecided)) lines.push(`its search could not be made: ${policyText(policy)}`);
  return lines;
}

function policyText(policy: JsonRecord): string {
  const id = textOf(policy.policyId);
  return id === '' ? 'locked by the storage' : `${textOf(policy.name)} (${id}, version ${textOf(policy.version)})`;
}

async function preview(invocation: Invocation): Promise<void> {
  const file = invocation.options.text('policies');
  const written = file === undefined ? {} : jsonOf('policies', await textIn(file));
  const body = Array.isArray(written) ? { policies: written } : written;
  const api = await invocation.api();
  const jobId = textOf(recordOf(await api.json('POST', '/retention-policies/preview', body)).jobId);
  const endsAt = performance.now() + WAIT_MS;
  let found = await resultOf(api, jobId);
  while (found.isDone !== true && found.isCancelled !== true && performance.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    found = await resultOf(api, jobId);
  }
  await writeResult(invocation, found, previewLines(found).map(printableLine));
}

async function result(invocation: Invocation, jobId = ''): Promise<void> {
  const found = await resultOf(await invocation.api(), jobId);
  await writeResult(invocation, found, previewLines(found).map(printableLine));
}

async function resultOf(api: ApiClient, jobId: string): Promise<JsonRecord> {
  return recordOf(await api.json('GET', `/retention-policies/preview?job=${encodeURIComponent(jobId)}`));
}

function previewLines(found: JsonRecord): readonly string[] {
  const examples = recordsOf(found.examples).map((example) => {
    const held = example.isHeld === true ? ', under a legal hold' : '';
    return `  ${textOf(example.archiveId)}  due ${minuteUtc(textOf(example.dueAt))}  ${textOf(example.policyName)}${held}`;
  });
  return [
    found.isDone === true || found.isCancelled === true
      ? `${found.isCancelled === true ? 'somebody ended it before it was done; ' : ''}as of ${minuteUtc(textOf(found.asOf))}`
      : `so far; "letterlock retention result ${textOf(found.jobId)}" shows more later`,
    `would go today: ${volumeText(found.today)}`,
    ...recordsOf(found.months).map((month) => `by ${minuteUtc(textOf(month.until))}: ${volumeText(month)} more`),
    `under legal holds: ${volumeText(found.held)}`,
    ...(numberOf(recordOf(found.undecided).messages) > 0 ? [`cannot be said: ${volumeText(found.undecided)}`] : []),
    ...recordsOf(found.policies).map((policy) => `because of ${textOf(policy.name)}: ${volumeText(policy)}`),
    ...(examples.length > 0 ? ['examples:', ...examples] : []),
  ];
}

function volumeText(volume: unknown): string {
  const { messages, bytes } = recordOf(volume);
  return `${countText(numberOf(messages), 'message')}, ${sizeText(numberOf(bytes))}`;
}

/** Starts a job that goes through mail for the sake of policies. */
async function start(invocation: Invocation, task: 'retention' | 'extend-locks'): Promise<ExitCode | undefined> {
  const job = recordOf(await (await invocation.api()).json('POST', `/maintenance/${task}`, {}));
  const jobId = textOf(job.jobId);
  if (invocation.options.flag('follow')) return await showJob(invocation, jobId);
  await writeResult(invocation, job, [printableLine(`started ${jobId}`)]);
  return undefined;
}

async function tell(invocation: Invocation, answer: unknown, done: string): Promise<void> {
  const policy = recordOf(answer);
  const told = waitingText(policy) ?? `${done} ${textOf(policy.policyId)}, version ${textOf(policy.version)}`;
  await writeResult(invocation, policy, [printableLine(told)]);
}

function waitingText(answer: JsonRecord): string | undefined {
  const approvalId = textOf(answer.approvalId);
  return approvalId === '' ? undefined : `waits for a second administrator as ${approvalId}`;
}

function termsOf({ options }: Invocation): object {
  const time = (name: 'minimum' | 'maximum') => {
    const text = options.text(name);
    if (text === undefined) return {};
    return { [name]: text === 'none' ? null : keepTimeOf(name, text) };
  };
  const priority = options.text('priority');
  if (priority !== undefined && !/^-?\d{1,7}$/.test(priority))
    throw new UsageError('--priority must be a whole number');
  const countedFrom = options.text('counted-from');
  const conditions = options.text('conditions');
  return {
    ...time('minimum'),
    ...time('maximum'),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...(countedFrom === undefined ? {} : { countedFrom }),
    ...(conditions === undefined ? {} : { conditions: jsonOf('conditions', conditions) }),
  };
}

async function textIn(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw new UsageError(`--policies: cannot read ${path} (${reason})`);
  }
}

function jsonOf(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${option}: this is not JSON`);
  }
}

function printableLines(text: string): readonly string[] {
  return text.split('\n').map(printableLine);
}

function pathOf(id: string): string {
  return `/retention-policies/${encodeURIComponent(id)}`;
}
